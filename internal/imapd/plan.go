package imapd

import (
	"errors"
	"fmt"
	"slices"
)

// plan is a profile as the engine takes it: made once a server.
type plan struct {
	Profile
	texts []textLayer // those of the profile, and then of each quirk that has some
	caps  capPlan
	// selected are the lines of SELECT, and examined those of EXAMINE; nil: the usual ones.
	selected, examined *selectPlan
	id                 template // nil: the usual one
	gates              []*gate
	edits              []*edit
	items              []item
	letters            []*letter
	opened             openings
	clocks             []*clock
	tells              map[string]string // what is told otherwise, and the quirks
	writers            map[string]string // the ways in which items are written wrong, and the quirks
	attrs              []string          // the groups of attributes in their order; nil: the usual one
}

func newPlan(p *Profile) (*plan, error) {
	if p == nil {
		return nil, nil
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	plan := emptyPlan(p)
	plan.caps = newCapPlan(p)
	plan.addTexts()
	plan.selected, plan.examined = newSelectPlan(p.Select), newSelectPlan(p.Examine)
	if plan.examined == nil {
		plan.examined = plan.selected
	}
	if p.ID != "" {
		plan.id = newTemplate(p.ID)
	}
	plan.addLimits()
	if err := plan.addActs(); err != nil {
		return nil, err
	}
	plan.attrs = attrGroups(p.Names.Attrs)
	return plan, nil
}

func emptyPlan(p *Profile) *plan {
	return &plan{
		Profile: *p, writers: make(map[string]string), tells: make(map[string]string),
		opened: openings{selected: make(map[string]bool), examined: make(map[string]uint32)},
	}
}

// addTexts makes the layers of texts. The greeting is one of them.
func (p *plan) addTexts() {
	own := p.Texts
	if p.Greeting != "" {
		own = append(slices.Clip(own), Text{Event: "greeting", Answer: p.Greeting})
	}
	p.texts = []textLayer{newTextLayer("", own)}
	for _, q := range p.Quirks {
		if texts := actsOf[Text](q); len(texts) > 0 {
			p.texts = append(p.texts, newTextLayer(q.Name, texts))
		}
	}
}

func newTemplates(texts []string) []template {
	var out []template
	for _, text := range texts {
		out = append(out, newTemplate(text))
	}
	return out
}

// actsOf are the acts of one kind of a quirk.
func actsOf[A Act](q Quirk) []A {
	var out []A
	for _, act := range q.Acts {
		if a, ok := act.(A); ok {
			out = append(out, a)
		}
	}
	return out
}

// Check says what is wrong in a profile, all of it.
func (p *Profile) Check() error {
	errs := checkTexts("", p.Texts)
	if p.Greeting != "" {
		errs = append(errs, checkTexts("", []Text{{Event: "greeting", Answer: p.Greeting}})...)
	}
	for _, q := range p.Quirks {
		errs = append(errs, checkTexts("quirk "+q.Name+": ", actsOf[Text](q))...)
	}
	errs = append(errs, emptyPlan(p).addActs())
	errs = append(errs, p.checkCaps()...)
	errs = append(errs, checkLines("Select", p.Select)...)
	errs = append(errs, checkLines("Examine", p.Examine)...)
	errs = append(errs, p.checkWords()...)
	errs = append(errs, p.checkSASL()...)
	return errors.Join(errs...)
}

// addActs takes in what the quirks do besides texts and capabilities.
func (p *plan) addActs() error {
	var errs []error
	for _, q := range p.Quirks {
		for _, act := range q.Acts {
			if err := p.add(q.Name, act); err != nil {
				errs = append(errs, fmt.Errorf("quirk %s: %w", q.Name, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (p *plan) add(quirk string, act Act) error {
	switch act := act.(type) {
	case Gate:
		g, err := newGate(quirk, act)
		p.gates = append(p.gates, g)
		return err
	case Item:
		i, err := newItem(quirk, act)
		if slices.Contains(itemForms, act.How) {
			p.items = append(p.items, i)
		} else {
			p.writers[act.How] = quirk
		}
		return err
	case Letter:
		l, err := newLetter(quirk, act)
		p.letters = append(p.letters, l)
		return err
	case Clock:
		k, err := newClock(quirk, act)
		p.clocks = append(p.clocks, k)
		return err
	case Tell:
		return p.addTell(quirk, act)
	case Edit:
		e, err := newEdit(quirk, act)
		p.edits = append(p.edits, e)
		return err
	}
	return nil
}
