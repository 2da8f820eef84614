package imapd

import "errors"

// plan is a profile as the engine takes it: made once a server.
type plan struct {
	texts []textLayer // those of the profile, and then of each quirk that has some
}

func newPlan(p *Profile) (*plan, error) {
	if p == nil {
		return nil, nil
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	plan := &plan{texts: []textLayer{newTextLayer("", p.Texts)}}
	for _, q := range p.Quirks {
		if texts := actsOf[Text](q); len(texts) > 0 {
			plan.texts = append(plan.texts, newTextLayer(q.Name, texts))
		}
	}
	return plan, nil
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
	var errs []error
	errs = append(errs, checkTexts("", p.Texts)...)
	for _, q := range p.Quirks {
		errs = append(errs, checkTexts("quirk "+q.Name+": ", actsOf[Text](q))...)
	}
	return errors.Join(errs...)
}
