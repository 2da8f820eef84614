package imapd_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// told is what a client has been told of a message.
type told struct {
	uid    uint32 // 0: not yet
	flags  string
	known  bool // flags are
	modseq uint64
}

// memory is what a client keeps of a mailbox.
type memory struct {
	mbox     *store.Mailbox // for the test, and not for the client
	mailbox  string
	validity uint32
	highest  uint64 // the HIGHESTMODSEQ that RFC 7162, section 6, makes it keep
	messages []told // by sequence number
}

func (mem *memory) clone() *memory {
	other := *mem
	other.messages = slices.Clone(mem.messages)
	return &other
}

func (mem *memory) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, UIDVALIDITY %d, HIGHESTMODSEQ %d:", mem.mailbox, mem.validity, mem.highest)
	for _, m := range mem.messages {
		fmt.Fprintf(&out, " %d(%s)%d", m.uid, m.flags, m.modseq)
	}
	return out.String()
}

// index is the place of a UID, or -1.
func (mem *memory) index(uid uint32) int {
	return slices.IndexFunc(mem.messages, func(m told) bool { return m.uid == uid })
}

// whole says that nothing is to be asked for any more.
func (mem *memory) whole() bool {
	return !slices.ContainsFunc(mem.messages, func(m told) bool { return m.uid == 0 || !m.known })
}

// lastUID is the highest that is known.
func (mem *memory) lastUID() uint32 {
	var last uint32
	for _, m := range mem.messages {
		last = max(last, m.uid)
	}
	return last
}

// nextUID is the first that may be of a message which the client does not know.
func (mem *memory) nextUID() uint32 {
	var last uint32
	for _, m := range mem.messages {
		if m.uid == 0 || !m.known {
			break
		}
		last = m.uid
	}
	return last + 1
}

// place finds a message by a UID that may be that of one which the client only
// knows to be there: UIDs ascend.
func (mem *memory) place(uid uint32) int {
	if i := mem.index(uid); i >= 0 {
		return i
	}
	for i, m := range mem.messages {
		if m.uid == 0 && mem.fits(i, uid) {
			return i
		}
	}
	return -1
}

// admit finds a message by its UID, or takes it for one of those of which only the
// number is known: with UIDONLY no message has a place, and those without a UID are
// the last.
func (mem *memory) admit(uid uint32) int {
	if i := mem.index(uid); i >= 0 {
		return i
	}
	i := mem.index(0)
	if i < 0 {
		return -1
	}
	mem.messages[i].uid = uid
	slices.SortFunc(mem.messages, func(a, b told) int { return cmp.Compare(a.uid-1, b.uid-1) }) // 0 is the last
	return mem.index(uid)
}

// fits says that a UID can stand in a place.
func (mem *memory) fits(i int, uid uint32) bool {
	for _, m := range mem.messages[:i] {
		if m.uid >= uid {
			return false
		}
	}
	for _, m := range mem.messages[i+1:] {
		if m.uid != 0 && m.uid <= uid {
			return false
		}
	}
	return true
}

// cache is the memory by UID, for coming back with.
func (mem *memory) cache() map[uint32]told {
	out := make(map[uint32]told)
	for _, m := range mem.messages {
		if m.uid != 0 && m.known {
			out[m.uid] = m
		}
	}
	return out
}

// fromCache is the list of a cache in order.
func fromCache(cache map[uint32]told) []told {
	return slices.SortedFunc(maps.Values(cache), func(a, b told) int { return cmp.Compare(a.uid, b.uid) })
}

// knownUIDs is a set of all that is known, as a client sends it.
func (mem *memory) knownUIDs() string {
	var parts []string
	for _, m := range mem.messages {
		if m.uid != 0 && m.known {
			parts = append(parts, fmt.Sprint(m.uid))
		}
	}
	return strings.Join(parts, ",")
}

// matchData is a sample of sequence numbers and their UIDs (RFC 7162, section
// 3.2.5.2), every step-th one, or "" if there is none.
func (mem *memory) matchData(step int) string {
	var seqs, uids []string
	for i := step - 1; i < len(mem.messages); i += step {
		if uid := mem.messages[i].uid; uid != 0 {
			seqs, uids = append(seqs, fmt.Sprint(i+1)), append(uids, fmt.Sprint(uid))
		}
	}
	if seqs == nil {
		return ""
	}
	return "(" + strings.Join(seqs, ",") + " " + strings.Join(uids, ",") + ")"
}
