package store

import (
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// piece is a message of an account with labels, as the tables of the rules have it.
type piece struct {
	raw     string
	home    string
	labels  map[string]bool
	flags   map[imap.Flag]bool // but for \Deleted
	deleted map[string]bool    // by mailboxes
}

// office is an account with labels as plainly as it can be written: which pieces each
// mailbox shows, in which order. It shares nothing with the store, and has one function for
// each line of the rules.
type office struct {
	rules     LabelRules
	allHidden bool
	boxes     map[string][]*piece
	known     map[string]*piece // that came from another account
}

func newOffice(rules LabelRules, labels ...string) *office {
	o := &office{rules: rules, boxes: map[string][]*piece{}, known: map[string]*piece{}}
	for _, name := range append(labels, rules.All, rules.Spam, rules.Trash, rules.Starred) {
		o.boxes[name] = nil
	}
	return o
}

// clone is the office as it is, for a snapshot.
func (o *office) clone() *office {
	out := newOffice(o.rules)
	out.allHidden = o.allHidden
	out.boxes = map[string][]*piece{}
	twin := map[*piece]*piece{}
	for name, list := range o.boxes {
		out.boxes[name] = nil
		for _, l := range list {
			if twin[l] == nil {
				twin[l] = &piece{l.raw, l.home, maps.Clone(l.labels), maps.Clone(l.flags), maps.Clone(l.deleted)}
			}
			out.boxes[name] = append(out.boxes[name], twin[l])
		}
	}
	for raw, l := range o.known {
		if twin[l] != nil {
			out.known[raw] = twin[l]
		}
	}
	return out
}

func (o *office) isHome(name string) bool {
	return name == o.rules.All || name == o.rules.Spam || name == o.rules.Trash
}

func (o *office) shows(name string, l *piece) bool { return slices.Contains(o.boxes[name], l) }

func (o *office) show(name string, l *piece) {
	if o.shows(name, l) {
		return
	}
	o.boxes[name] = append(o.boxes[name], l)
	if limit := o.rules.MailboxMax; limit > 0 && !o.isHome(name) && name != o.rules.Starred {
		for len(o.boxes[name]) > limit {
			o.hide(name, o.boxes[name][0])
		}
	}
}

func (o *office) hide(name string, l *piece) {
	o.boxes[name] = slices.DeleteFunc(slices.Clone(o.boxes[name]), func(other *piece) bool { return other == l })
	delete(l.deleted, name)
}

func (o *office) star(l *piece) {
	if l.home == o.rules.All && l.flags[imap.FlagFlagged] {
		o.show(o.rules.Starred, l)
	} else {
		o.hide(o.rules.Starred, l)
	}
}

// arrive is a message that is new.
func (o *office) arrive(name, raw string, flags map[imap.Flag]bool) *piece {
	l := &piece{raw, o.rules.All, map[string]bool{}, maps.Clone(flags), map[string]bool{}}
	marked := l.flags[imap.FlagDeleted]
	delete(l.flags, imap.FlagDeleted)
	switch {
	case o.isHome(name):
		l.home = name
	case name == o.rules.Starred:
		l.flags[imap.FlagFlagged] = true
	default:
		l.labels[name] = true
	}
	o.show(l.home, l)
	if l.labels[name] {
		o.show(name, l)
	}
	if marked && o.shows(name, l) && name != o.rules.Starred {
		l.deleted[name] = true
	}
	o.star(l)
	return l
}

// move to a home takes the piece from everywhere.
func (o *office) move(l *piece, home string) {
	if l.home == home {
		return
	}
	for name := range o.boxes {
		o.hide(name, l)
	}
	l.home = home
	o.show(home, l)
	if home == o.rules.All {
		for name := range l.labels {
			o.show(name, l)
		}
	}
	o.star(l)
}

// copy to a mailbox.
func (o *office) copy(l *piece, to string) {
	switch {
	case o.isHome(to):
		o.move(l, to)
	case to == o.rules.Starred:
		o.move(l, o.rules.All)
		l.flags[imap.FlagFlagged] = true
		o.star(l)
	default:
		o.move(l, o.rules.All)
		l.labels[to] = true
		o.show(to, l)
	}
}

// loses a label, or the star.
func (o *office) loses(l *piece, name string) {
	if name == o.rules.Starred {
		delete(l.flags, imap.FlagFlagged)
		o.star(l)
		return
	}
	delete(l.labels, name)
	if l.home == o.rules.All {
		o.hide(name, l)
	}
}

func (o *office) gone(l *piece) {
	for name := range o.boxes {
		o.hide(name, l)
	}
	delete(o.known, l.raw)
}

func (o *office) last(l *piece) {
	switch o.rules.Expunged {
	case ExpungedTrash:
		o.move(l, o.rules.Trash)
	case ExpungedDelete:
		o.gone(l)
	}
}

func (o *office) seenSomewhere(l *piece) bool {
	for name := range o.boxes {
		if o.shows(name, l) && !(name == o.rules.All && o.allHidden) {
			return true
		}
	}
	return false
}

func (o *office) expunge(l *piece, from string) {
	switch {
	case from == o.rules.Spam || from == o.rules.Trash:
		o.gone(l)
	case from == o.rules.All:
		o.last(l)
	default:
		o.loses(l, from)
		if !o.seenSomewhere(l) {
			o.last(l)
		}
	}
}

// flag is STORE in a mailbox.
func (o *office) flag(list []*piece, in string, op imap.StoreFlagsOp, flags []imap.Flag) {
	asks := slices.Contains(flags, imap.FlagDeleted) && op != imap.StoreFlagsDel
	idle := o.rules.AutoExpunge && in == o.rules.All && o.rules.Expunged == ExpungedArchive
	for _, l := range list {
		if op == imap.StoreFlagsSet {
			l.flags = map[imap.Flag]bool{}
			delete(l.deleted, in)
		}
		for _, flag := range flags {
			switch {
			case flag == imap.FlagDeleted && op == imap.StoreFlagsDel:
				if !idle {
					delete(l.deleted, in)
				}
			case flag == imap.FlagDeleted && !idle:
				l.deleted[in] = true
			case flag == imap.FlagDeleted:
			case op == imap.StoreFlagsDel:
				delete(l.flags, flag)
			default:
				l.flags[flag] = true
			}
		}
	}
	for _, l := range list {
		o.star(l)
	}
	for _, l := range list {
		if asks && o.rules.AutoExpunge && o.shows(in, l) {
			o.expunge(l, in)
		}
	}
}

// relabel is STORE X-GM-LABELS of a piece that a mailbox shows.
func (o *office) relabel(l *piece, in string, op imap.StoreFlagsOp, names []string) {
	if op == imap.StoreFlagsSet {
		for _, name := range append(slices.Collect(maps.Keys(l.labels)), o.rules.Starred) {
			if name != in && !slices.Contains(names, name) {
				o.loses(l, name)
			}
		}
	}
	for _, name := range names {
		switch {
		case op == imap.StoreFlagsDel && o.isHome(name):
			if name == l.home && name != o.rules.All {
				o.move(l, o.rules.All)
			}
		case op == imap.StoreFlagsDel:
			o.loses(l, name)
		case name == o.rules.All:
		case o.isHome(name):
			o.move(l, name)
		case l.home == o.rules.All:
			o.copy(l, name)
		case name == o.rules.Starred:
			l.flags[imap.FlagFlagged] = true
		default:
			l.labels[name] = true
		}
	}
}

// drop is DELETE of a label.
func (o *office) drop(name string) {
	for _, home := range []string{o.rules.All, o.rules.Spam, o.rules.Trash} {
		for _, l := range o.boxes[home] {
			delete(l.labels, name)
			delete(l.deleted, name)
		}
	}
	delete(o.boxes, name)
}

// rename is RENAME of a label.
func (o *office) rename(from, to string) {
	o.boxes[to] = o.boxes[from]
	delete(o.boxes, from)
	for _, home := range []string{o.rules.All, o.rules.Spam, o.rules.Trash} {
		for _, l := range o.boxes[home] {
			if l.labels[from] {
				delete(l.labels, from)
				l.labels[to] = true
			}
			if l.deleted[from] {
				delete(l.deleted, from)
				l.deleted[to] = true
			}
		}
	}
}

// fit is another MailboxMax: the newest of All Mail come back.
func (o *office) fit() {
	for name := range o.boxes {
		if o.isHome(name) || name == o.rules.Starred {
			continue
		}
		var labelled []*piece
		for _, l := range o.boxes[o.rules.All] {
			if l.labels[name] {
				labelled = append(labelled, l)
			}
		}
		limit := o.rules.MailboxMax
		if limit > 0 && len(labelled) > limit {
			labelled = labelled[len(labelled)-limit:]
		}
		for _, l := range slices.Clone(o.boxes[name]) {
			if !slices.Contains(labelled, l) {
				o.hide(name, l)
			}
		}
		for _, l := range labelled {
			o.show(name, l)
		}
	}
}
