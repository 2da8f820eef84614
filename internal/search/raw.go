package search

import (
	"strings"
	"unicode"
)

// Raw is X-GM-RAW: a search as a person types it into a web page's field.
//
//	term term       both
//	term OR term    one of them; it binds closer than nothing between two terms
//	{term term}     one of them
//	(term term)     both, as one term
//	-term           not that
//	"two words"     these, as they stand
//	from:ann        an operator of the table below; its value may be in quotes, or a list in
//	                parentheses or braces: from:(ann OR bob)
//	word            in the header or the text
//
// There are no errors: what is no operator is a word, what is not closed ends at the end.
// Unlike on a web page words are found within longer ones, and Spam and Trash are not left
// out where they are searched.
func Raw(text string) Condition {
	p := &rawParser{text: text}
	return p.terms(0, 0, anywhere)
}

// maxRawDepth is how deep parentheses may be; deeper ones are passed over.
const maxRawDepth = 50

// rawParser reads a search from text.
type rawParser struct{ text string }

// anywhere is a word without an operator.
func anywhere(word string) Condition {
	if word == "" {
		return All()
	}
	return Text(Exactly(word))
}

// terms reads up to a bracket that ends them, 0 for the end. word is what a word means there.
func (p *rawParser) terms(end byte, depth int, word func(string) Condition) Condition {
	var all []Condition
	var last []Condition // the last term and its alternatives
	either := false      // the next term is one of them
	for p.space(); p.text != ""; p.space() {
		if c := p.text[0]; c == ')' || c == '}' {
			p.text = p.text[1:]
			if c == end {
				break
			}
			continue
		}
		if p.keyword("OR") {
			either = len(last) > 0
			continue
		}
		if p.keyword("AND") {
			continue
		}
		if !either && len(last) > 0 {
			all, last = append(all, Or(last...)), nil
		}
		last, either = append(last, p.term(depth, word)), false
	}
	if len(last) > 0 {
		all = append(all, Or(last...))
	}
	if end == '}' {
		if len(all) == 0 {
			return All()
		}
		return Or(all...)
	}
	return And(all...)
}

func (p *rawParser) space() { p.text = strings.TrimLeftFunc(p.text, unicode.IsSpace) }

// keyword takes OR or AND, if a space or a bracket follows.
func (p *rawParser) keyword(name string) bool {
	rest, found := strings.CutPrefix(p.text, name)
	if !found || rest != "" && !strings.ContainsAny(rest[:1], " \t\r\n(){}\"") {
		return false
	}
	p.text = rest
	return true
}

// term reads one term; the text is not empty.
func (p *rawParser) term(depth int, word func(string) Condition) Condition {
	negated := false
	for strings.HasPrefix(p.text, "-") || strings.HasPrefix(p.text, "+") {
		negated = negated != (p.text[0] == '-')
		p.text = p.text[1:]
	}
	term := p.positive(depth, word)
	if negated {
		return Not(term)
	}
	return term
}

func (p *rawParser) positive(depth int, word func(string) Condition) Condition {
	switch {
	case p.text == "":
		return All()
	case p.text[0] == '(' || p.text[0] == '{':
		return p.group(depth, word)
	case p.text[0] == '"':
		return word(p.quoted())
	}
	i := strings.IndexFunc(p.text, endsWord)
	if i < 0 {
		i = len(p.text)
	}
	if name, _, found := strings.Cut(p.text[:i], ":"); found {
		if operator := rawOperators[strings.ToLower(name)]; operator != nil {
			p.text = p.text[len(name)+1:]
			return p.value(depth, operator)
		}
	}
	text := p.text[:i]
	p.text = p.text[i:]
	return word(text)
}

// value reads what follows the colon of an operator.
func (p *rawParser) value(depth int, operator func(string) Condition) Condition {
	switch {
	case p.text == "":
		return operator("")
	case p.text[0] == '(' || p.text[0] == '{':
		return p.group(depth, operator)
	case p.text[0] == '"':
		return operator(p.quoted())
	}
	i := strings.IndexFunc(p.text, endsWord)
	if i < 0 {
		i = len(p.text)
	}
	value := p.text[:i]
	p.text = p.text[i:]
	return operator(value)
}

func endsWord(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`(){}"`, r) }

func (p *rawParser) group(depth int, word func(string) Condition) Condition {
	end := byte(')')
	if p.text[0] == '{' {
		end = '}'
	}
	p.text = p.text[1:]
	if depth >= maxRawDepth {
		return All()
	}
	return p.terms(end, depth+1, word)
}

func (p *rawParser) quoted() string {
	text, rest, _ := strings.Cut(p.text[1:], `"`)
	p.text = rest
	return text
}
