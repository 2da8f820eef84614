package imapd

import (
	"errors"
	"slices"
)

// plan is a profile as the engine takes it: made once a server.
type plan struct {
	Profile
	texts []textLayer // those of the profile, and then of each quirk that has some
	caps  capPlan
	// selected are the lines of SELECT, and examined those of EXAMINE; nil: the usual ones.
	selected, examined []template
	id                 template          // nil: the usual one
	attrs              []string          // the groups of attributes in their order; nil: the usual one
	tells              map[string]string // the quirks that tell otherwise, by how
}

func newPlan(p *Profile) (*plan, error) {
	if p == nil {
		return nil, nil
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	plan := &plan{Profile: *p, caps: newCapPlan(p), tells: make(map[string]string)}
	plan.addTexts()
	plan.selected, plan.examined = newTemplates(p.Select), newTemplates(p.Examine)
	if plan.examined == nil {
		plan.examined = plan.selected
	}
	if p.ID != "" {
		plan.id = newTemplate(p.ID)
	}
	plan.attrs = attrGroups(p.Names.Attrs)
	return plan, nil
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
		for _, tell := range actsOf[Tell](q) {
			p.tells[tell.How] = q.Name
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

// tells says that a quirk has this told so, which acts then.
func (c *conn) tells(how string) bool {
	if c.srv.profile == nil {
		return false
	}
	quirk, told := c.srv.profile.tells[how]
	if told {
		c.acted(quirk)
	}
	return told
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
	errs = append(errs, p.checkCaps()...)
	errs = append(errs, checkLines("Select", p.Select)...)
	errs = append(errs, checkLines("Examine", p.Examine)...)
	errs = append(errs, p.checkWords()...)
	errs = append(errs, p.checkSASL()...)
	return errors.Join(errs...)
}
