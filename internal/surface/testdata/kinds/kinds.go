// Package kinds has an exported name of each kind.
package kinds

import core "example.com/m/internal/x"

const (
	C1 = 1
	C2 = 2
	c3 = 3
)

var V *core.T

var v *core.T

type Defined core.T

func (d *Defined) Use(t core.T) {}

func (d *Defined) core() *core.T { return (*core.T)(d) }

type Alias = core.T

type Func func(*core.T)

type S struct {
	A int
	B []core.T
	c core.T
	core.T
}

type Face interface {
	M() core.T
	m() core.T
}

type hidden struct{ Field core.T }

func (hidden) M() core.T { return core.T{} }

func F(map[string]core.T) {}

func f(core.T) {}
