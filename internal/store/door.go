package store

// Refusal is why a server does not let an account in that has proved to be it.
type Refusal uint8

// The reasons; zero is none.
const (
	NeedsWebLogin      Refusal = iota + 1 // first it must log in on a web page
	NeedsAppPassword                      // its password is not for programs
	AccountDisabled                       // it may not use IMAP
	TooManyConnections                    // it has too many already
)

// door is what lets an account in, or does not.
type door struct {
	refuses     Refusal
	appPassword string // "": its password is good
}

// Refuse has the account be let in no more, by no mechanism, or with 0 again. Who is in
// stays.
func (u *User) Refuse(why Refusal) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.door.refuses = why
}

// Refuses is why the account is not let in.
func (u *User) Refuses() Refusal {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.door.refuses
}

// SetAppPassword has clients log in with a password of their own in place of the account's,
// which is good for a web page alone then; "" ends that.
func (u *User) SetAppPassword(password string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.door.appPassword = password
}

// loginPassword is what clients log in with.
func (u *User) loginPassword() string {
	u.mu.RLock()
	defer u.mu.RUnlock()
	if u.door.appPassword != "" {
		return u.door.appPassword
	}
	return u.password
}

// WantsAppPassword says that this is the password of an account, and not the one that it
// wants of clients.
func (s *Store) WantsAppPassword(name, password string) bool {
	u, found := s.User(name)
	return found && u.Password() == password && u.loginPassword() != password
}
