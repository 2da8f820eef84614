package mimetree

import (
	"fmt"
	"slices"
	"strings"
)

// JoinContinuations puts parameters together that are split into name*0,
// name*1 and so on, as BODYSTRUCTURE shows them (RFC 2231, section 6). The
// charset is not undone: where a piece is percent-encoded the result is name*,
// and its plain pieces are encoded too. Pieces that do not begin with 0, or
// whose numbers have a gap, stay as they are.
func JoinContinuations(params []Param) []Param { return (&Message{}).JoinContinuations(params) }

// JoinContinuations is the function of that name for parameters of the message.
func (m *Message) JoinContinuations(params []Param) []Param {
	w := m.work
	if !slices.ContainsFunc(params, func(p Param) bool { return strings.Contains(p.Name, "*") }) {
		return params
	}
	groups := make(map[string][]piece)
	for _, p := range params {
		if w.step(len(p.Name)) {
			return nil
		}
		if base, piece, ok := numbered(p); ok {
			groups[base] = append(groups[base], piece)
		}
	}
	whole := make(map[string]Param)
	for base, pieces := range groups {
		if joined, ok := joinRaw(w, base, pieces); ok {
			whole[base] = joined
		}
	}
	var out []Param
	for _, p := range params {
		if w.step(len(p.Name)) {
			return nil
		}
		base, _, ok := numbered(p)
		joined, found := whole[base]
		switch {
		case !ok || groups[base] != nil && !found:
			out = append(out, p)
		case found:
			out = append(out, joined)
			delete(whole, base)
			groups[base] = nil // the others of it are in there
		}
	}
	return out
}

// numbered takes "name*1*" apart.
func numbered(p Param) (base string, one piece, ok bool) {
	base, suffix, found := strings.Cut(p.Name, "*")
	if !found || suffix == "" {
		return "", piece{}, false
	}
	one, ok = parsePiece(suffix, p.Value)
	return base, one, ok
}

func joinRaw(w *work, base string, pieces []piece) (joined Param, whole bool) {
	sortPieces(w, pieces)
	extended := slices.ContainsFunc(pieces, func(p piece) bool { return p.extended })
	var sb strings.Builder
	for i, p := range pieces {
		if p.n != i || w.step(len(p.value)) {
			return Param{}, false
		}
		if extended && !p.extended {
			p.value = percentEncode(p.value)
		}
		sb.WriteString(p.value)
	}
	if extended {
		base += "*"
	}
	return Param{base, sb.String()}, len(pieces) > 0
}

// percentEncode leaves only what RFC 2231, section 7, has as attribute-char.
func percentEncode(s string) string {
	var sb strings.Builder
	for i := 0; i < len(s); i++ {
		if b := s[i]; b > ' ' && b < 0x7f && strings.IndexByte(`*'%()<>@,;:\"/[]?=`, b) < 0 {
			sb.WriteByte(b)
			continue
		}
		fmt.Fprintf(&sb, "%%%02X", s[i])
	}
	return sb.String()
}
