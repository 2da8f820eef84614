package mimetree

// typeMemo has of each length, or another as long less sixteen, the Content-Type that was read
// last: most mail has one of a few. What is found in one is the same wherever it stands.
type typeMemo [16]typeRead

// typeRead is a Content-Type as it stands, and what was found in it.
type typeRead struct {
	field     string
	kind, sub string
	params    [usualParams]Param
	n         int // how many params there are
}

// at is where a Content-Type is, if it is there.
func (m *typeMemo) at(field string) *typeRead { return &m[len(field)%len(m)] }

// recall takes what was found in the same Content-Type. A nil memo knows none.
func (m *typeMemo) recall(p *Part, field string, room *room[Param]) bool {
	if m == nil {
		return false
	}
	read := m.at(field)
	if field == "" || read.field != field {
		return false
	}
	p.Type, p.Subtype, p.Params = read.kind, read.sub, room.keep(read.params[:read.n])
	return true
}

// note keeps what was found in a Content-Type, unless that is more than usual.
func (m *typeMemo) note(p *Part, field string) {
	if m != nil && field != "" && len(p.Params) <= usualParams {
		read := m.at(field)
		read.field, read.kind, read.sub, read.n = field, p.Type, p.Subtype, copy(read.params[:], p.Params)
	}
}
