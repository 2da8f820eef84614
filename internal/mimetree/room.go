package mimetree

// room is room for values that are kept, of which each list takes a piece: there are fewer
// things in memory than lists.
type room[T any] []T

// take is room for n values, from elsewhere where there is not enough.
func (r *room[T]) take(n int) []T {
	if r == nil || n > len(*r) {
		return make([]T, 0, n)
	}
	taken := (*r)[:0:n]
	*r = (*r)[n:]
	return taken
}

// keep is a copy of a list, nil of an empty one.
func (r *room[T]) keep(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return append(r.take(len(list)), list...)
}
