package memstore

import "github.com/go-mailtest/mailtest/internal/store"

type (
	AppendOption   = store.AppendOption
	Appended       = store.Appended
	Changes        = store.Changes
	Difference     = store.Difference
	DifferenceKind = store.DifferenceKind
	Draft          = store.Draft
	Mailbox        = store.Mailbox
	MailboxOption  = store.MailboxOption
	Message        = store.Message
	Missed         = store.Missed
	Numbered       = store.Numbered
	Oddities       = store.Oddities
	Opening        = store.Opening
	Option         = store.Option
	Snapshot       = store.Snapshot
	Status         = store.Status
	Store          = store.Store
	StoreResult    = store.StoreResult
	User           = store.User
	UserOption     = store.UserOption
)

const (
	AccountAdded       = store.AccountAdded
	AccountRemoved     = store.AccountRemoved
	PasswordChanged    = store.PasswordChanged
	MailboxCreated     = store.MailboxCreated
	MailboxDeleted     = store.MailboxDeleted
	MailboxRenamed     = store.MailboxRenamed
	UIDValidityChanged = store.UIDValidityChanged
	AttributesChanged  = store.AttributesChanged
	NameSubscribed     = store.NameSubscribed
	NameUnsubscribed   = store.NameUnsubscribed
	MessageAdded       = store.MessageAdded
	MessageExpunged    = store.MessageExpunged
	FlagsChanged       = store.FlagsChanged
)

var (
	ErrNotFound            = store.ErrNotFound
	ErrExists              = store.ErrExists
	ErrHasChildren         = store.ErrHasChildren
	ErrNoSelect            = store.ErrNoSelect
	ErrInvalidName         = store.ErrInvalidName
	ErrInvalidFlag         = store.ErrInvalidFlag
	ErrInvalidUID          = store.ErrInvalidUID
	ErrInvalidSize         = store.ErrInvalidSize
	ErrRenumbered          = store.ErrRenumbered
	ErrNoInferiors         = store.ErrNoInferiors
	Keyword                = store.Keyword
	NotFetch               = store.NotFetch
	WithFlags              = store.WithFlags
	WithInternalDate       = store.WithInternalDate
	WithSize               = store.WithSize
	WithUID                = store.WithUID
	FixedKeywords          = store.FixedKeywords
	NoInferiors            = store.NoInferiors
	NoSelect               = store.NoSelect
	ReadOnly               = store.ReadOnly
	Remote                 = store.Remote
	Subscribed             = store.Subscribed
	UIDNotSticky           = store.UIDNotSticky
	WithOddities           = store.WithOddities
	WithSpecialUse         = store.WithSpecialUse
	WithUIDNext            = store.WithUIDNext
	WithUIDValidity        = store.WithUIDValidity
	WithoutModSeq          = store.WithoutModSeq
	WithClock              = store.WithClock
	WithDelimiter          = store.WithDelimiter
	WithExpungesRemembered = store.WithExpungesRemembered
	New                    = store.New
	WithAlias              = store.WithAlias
)
