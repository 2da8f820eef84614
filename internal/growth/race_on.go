//go:build race

package growth

const (
	raced = true
	slack = 20
)
