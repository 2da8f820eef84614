package goimap_test

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// account is what a profile makes of the expectations of a use: they are those of a server that
// has everything, but for what the profile says.
type account struct{ spec imaptest.ProfileSpec }

// has says whether a server can do what its list shows.
func (a account) has(shown imap.CapSet, name imap.Cap) bool {
	switch {
	case name == imap.CapQuotaSet && shown.Has(imap.CapQuota) && !slices.ContainsFunc(slices.Collect(maps.Keys(shown)), isResource):
		return true // RFC 2087 has SETQUOTA in QUOTA, and names no resources among capabilities
	case slices.Contains(a.spec.Caps.Works, name) || slices.ContainsFunc(a.spec.Quirks, func(q imaptest.Quirk) bool {
		return slices.Contains(q.Acts, imaptest.Act(imaptest.CapAct{Word: string(name), Works: true}))
	}):
		return true // and is not shown
	}
	return name == "" || shown.Has(name) && !slices.Contains(a.spec.Caps.Dead, name)
}

func isResource(name imap.Cap) bool { return strings.HasPrefix(string(name), "QUOTA=RES-") }

// words are those of CAPABILITY, before login or after it; none of a profile that says in which
// way this server shows them by itself.
func (a account) words(after bool) []string {
	if after {
		return strings.Fields(cmp.Or(a.spec.Caps.AfterLogin, a.spec.Caps.BeforeLogin))
	}
	return strings.Fields(cmp.Or(a.spec.Caps.BeforeTLS, a.spec.Caps.BeforeLogin))
}

// shows says whether a list has a word.
func (a account) shows(after bool, word string, byItself bool) bool {
	if words := a.words(after); len(words) > 0 {
		return slices.Contains(words, word)
	}
	return byItself
}

// authenticates says whether a mechanism works: it is in a list of the time before login, or
// works without being there.
func (a account) authenticates(mechanism string) bool {
	words := strings.Fields(a.spec.Caps.BeforeTLS + " " + a.spec.Caps.BeforeLogin)
	return len(words) == 0 || slices.Contains(words, "AUTH="+mechanism) || slices.Contains(a.spec.Caps.Works, imap.AuthCap(mechanism))
}

// takesPasswords is false where LOGIN is disabled.
func (a account) takesPasswords() bool { return !a.shows(false, "LOGINDISABLED", false) }

// name is a mailbox of the fixture as the server names it.
func (a account) name(name string) string {
	if name == "INBOX" {
		return name
	}
	return a.spec.Names.Prefix + strings.ReplaceAll(name, "/", string(a.delim()))
}

func (a account) delim() rune { return cmp.Or(a.spec.Names.Delimiter, '/') }

// answer is what the server says to an event: a status, and a code.
func (a account) answer(event, verb string, status imap.StatusResponseType, code imap.ResponseCode) (imap.StatusResponseType, imap.ResponseCode) {
	for _, key := range []string{event + "/" + verb, event, strings.ToLower(string(status))} {
		if text, ok := a.spec.Texts[imaptest.Event(key)]; ok {
			m := tagged.FindStringSubmatch(text)
			if m[2] == "{code}" {
				return imap.StatusResponseType(m[1]), code
			}
			return imap.StatusResponseType(m[1]), imap.ResponseCode(strings.Trim(m[2], "[] "))
		}
	}
	return status, code
}

var tagged = regexp.MustCompile(`(?:^|\n)(OK|NO|BAD) ?(\[[A-Z0-9-]+|{code})?[^\n]*$`)

// refused is the code of a refusal, which is other than status and code where the profile says so.
func (s *session) refused(err error, event, verb string, code imap.ResponseCode) {
	s.t.Helper()
	wantStatus, want := s.answer(event, verb, imap.StatusResponseTypeNo, code)
	s.equal(verb+" is refused", answerOf(err), imap.StatusResponse{Type: wantStatus, Code: want})
}

// unknown says whether a command was answered as one that the server does not know, or whose
// arguments it does not.
func (a account) unknown(err error) bool {
	got := answerOf(err).Type
	return slices.ContainsFunc([]string{"command.unknown", "command.syntax"}, func(event string) bool {
		want, _ := a.answer(event, "", imap.StatusResponseTypeBad, "")
		return got == want
	})
}

// keywords says whether a client can make keywords, and whether it may name one that it cannot.
func (a account) keywords() (can, may bool) {
	return a.spec.Flags.New != imaptest.NoKeywords, !a.odd(provider.KeywordsAreErrors)
}

// expungesAtOnce is a server on which \Deleted is EXPUNGE.
func (a account) expungesAtOnce() bool { return a.spec.Labels != nil && a.spec.Labels.AutoExpunge }

// tells says whether SELECT tells something: a line of the profile has the word, or it has no lines.
func (a account) tells(word string) bool {
	return len(a.spec.Select) == 0 || strings.Contains(strings.Join(a.spec.Select, "\n"), word)
}

// refusesHeaders is a server that does not search in header fields.
func (a account) refusesHeaders() bool {
	return a.odd(provider.SearchHeaderUnavailable) || a.odd(provider.SearchHeaderUnexpected)
}

// odd says whether the server has a quirk.
func (a account) odd(quirk imaptest.Quirk) bool {
	return slices.ContainsFunc(a.spec.Quirks, func(q imaptest.Quirk) bool { return q.Name == quirk.Name })
}

// serverName is what ID says.
func (a account) serverName() string {
	if a.spec.ID == "" {
		return "mailtest"
	}
	if m := idName.FindStringSubmatch(a.spec.ID); m != nil {
		return m[1]
	}
	return ""
}

var idName = regexp.MustCompile(`"name" "([^"]*)"`)

// before are the capabilities before login.
func (s *session) before() imap.CapSet {
	caps, err := s.dial().Capability().Wait()
	if err != nil {
		s.t.Fatal(err)
	}
	return caps
}

// authenticated leaves the selected state, with what the server has for it.
func (s *session) authenticated() error {
	if s.has(s.Caps(), imap.CapUnselect) {
		return s.Unselect().Wait()
	}
	return s.UnselectAndExpunge().Wait()
}

// present says who the client is, where no mailbox can be opened before. Elsewhere it does
// not: after ID this client's Close has an error.
func (s *session) present() error {
	if !s.odd(provider.UnsafeLogin) {
		return nil
	}
	_, err := s.ID(&imap.IDData{Name: "test"}).Wait()
	return err
}

// state is the client's, when it has taken notice of the last command's end: Wait returns
// before.
func (s *session) state() imap.ConnState {
	if err := s.Noop().Wait(); err != nil {
		s.t.Error(err)
	}
	return s.State()
}
