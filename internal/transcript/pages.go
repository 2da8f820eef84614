package transcript

// pages are bytes, of which there are as many in memory as have been written to: what is new
// there costs more than the little work of a line does.
type pages [][]byte

// pageSize is the length of a page. The first is as long as what most sessions say, and grows.
const (
	pageSize     = 16 << 10
	shortSession = 2 << 10
)

// write puts text in a place. No place is beyond the limit.
func (ps *pages) write(place int, text []byte, limit int) {
	for len(text) > 0 {
		i, within := place/pageSize, place%pageSize
		n := min(len(text), pageSize-within)
		copy(ps.room(i, within+n, min(pageSize, limit-i*pageSize))[within:], text[:n])
		place, text = place+n, text[n:]
	}
}

// room is a page with so many bytes, of which it may not have more than a limit.
func (ps *pages) room(i, size, limit int) []byte {
	for len(*ps) <= i {
		*ps = append(*ps, nil)
	}
	page := (*ps)[i]
	if size > len(page) {
		full := limit
		if i == 0 {
			full = min(max(size, 2*len(page), shortSession), limit)
		}
		page = append(make([]byte, 0, full), page...)[:full]
		(*ps)[i] = page
	}
	return page
}

// read is so many bytes that have been written in a place. They are valid until there are others.
func (ps pages) read(place, size int) []byte {
	if size == 0 {
		return nil // there may be no page yet
	}
	page := ps[place/pageSize][place%pageSize:]
	if size <= len(page) {
		return page[:size]
	}
	var text []byte
	for len(text) < size {
		page := ps[place/pageSize][place%pageSize:]
		page = page[:min(len(page), size-len(text))]
		text, place = append(text, page...), place+len(page)
	}
	return text
}
