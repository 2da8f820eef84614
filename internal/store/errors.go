package store

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds of errors, for errors.Is. The texts name the thing.
var (
	ErrNotFound     = errors.New("not found")
	ErrExists       = errors.New("exists already")
	ErrHasChildren  = errors.New("has inferior names")
	ErrNoSelect     = errors.New(`is \Noselect`)
	ErrInvalidName  = errors.New("invalid name")
	ErrInvalidFlag  = errors.New("invalid flag")
	ErrInvalidUID   = errors.New("invalid UID")
	ErrInvalidRight = errors.New("invalid right")
	ErrInvalidSize  = errors.New("invalid size")
	ErrRenumbered   = errors.New("has other UIDs now")
	ErrNoInferiors  = errors.New(`is \Noinferiors`)
	ErrOverQuota    = errors.New("over quota")
	ErrInvalidQuota = errors.New("invalid quota")
	ErrInvalidEntry = errors.New("invalid entry")
	ErrInvalidUse   = errors.New("no special use")
)

// kindError is a text with one of the kinds above.
type kindError struct {
	text string
	kind error
}

func (e *kindError) Error() string { return "memstore: " + e.text }
func (e *kindError) Unwrap() error { return e.kind }

func errorf(kind error, format string, args ...any) error {
	return &kindError{fmt.Sprintf(format, args...), kind}
}

// maxNamed is how many names an error text has.
const maxNamed = 50

func joinNames(names []string) string {
	switch surplus := len(names) - maxNamed; {
	case len(names) == 0:
		return "none"
	case surplus > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), surplus)
	}
	return strings.Join(names, ", ")
}
