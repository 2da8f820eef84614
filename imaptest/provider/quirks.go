package provider

import (
	"slices"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Quirks are all of the catalogue.
func Quirks() []imaptest.Quirk { return slices.Clone(quirks) }

var quirks = []imaptest.Quirk{
	CapabilityUntagged, CapabilitySilent, HalfLogin, TokenExpires, TokenChallenge, TokenRefusedAtOnce, BasicAuthDisabled, PlainRefused, UnsafeLogin, AppPasswordRequired, WebLoginRequired, AccessDisabled, PlusWithoutSpace, TextWithBrackets,
	ThrottledAtEnd, ThrottledBad, ThrottledNo, StatusPipelinedBad, ServerUnavailable, ServerUnavailableBare, RateLimitHit, OverquotaInFetch, SessionExpired, TooManyConnections, SilentIdle, IdleCut10, IdleCut15, IdleCut29, DoneLate, ByeRepeated,
	SpecialUseUnadvertised, ListTwice, ListWithoutInbox, SecondInbox, ListReturnNothing, SpecialUseReturnRefused, ListRandom, NamesUnquoted, PlusUnquoted, DelimiterNil, InboxMixedCase, FilesReserved, ExcessWhitespace, CaretRefused, NamesFolded, EscapedNamesBad, ListTrailingDelimiter, XListInboxLocalized, XListDrops, NamespaceDrops, LSubBad,
	UIDNextMissing, UnseenMissing, UIDValidityZero, UIDValidityNotKept, StatusEmpty, StatusUIDNextMissing, StatusOrdered, ClosedMissing, EnabledMissing, RecentSticky, RecentNever, RecentWrong, KeywordsRefused, KeywordsAreErrors, SearchKeywordBad, FlagsWithBrackets, NumbersFloat, RestIsCommands,
	RFC822Missing, BodyEmptyValue, BodyNil, BodyQuoted, FetchNothing, FetchDescending, FetchUIDLast, FetchWrapped, FetchUnknownItems, FetchNegative, UIDJoined, SizeLies, ModSeqZero, ModSeqNegative, DateWithoutZone, DateZero, FlagsSilentRefused, NumbersRefused,
	EnvelopeSpaces, EnvelopeSwapped, EnvelopeMissingDomain, EnvelopeBackslash, EnvelopeEmptyList, EnvelopeQuoting, EnvelopeNoSender, EnvelopeNoFrom, StructureChildless, StructureNilType, StructureInline, StructureBasicMessage, StructureMinusOne, StructureNilEncoding, StructureSpaceEncoding, StructureNilChild, StructureNilDisposition, StructureNilParameter, StructureStringExtension,
	Placeholder, MeetingEmpty, FlaggedHeader, FieldsIndexed, HeaderCleaned, PartialWhole, AppendFlaggedLost, AppendUnendedBad, UIDsHigh, LabelsQuoted, LabelsBare, LabelsNil,
	SelectFirst, SearchEmptyNo, SearchHeaderNothing, SearchHeaderUnavailable, SearchHeaderUnexpected, SearchAndWrong, SearchTrailingSpace, ESearchEmpty, CharsetRefused, CharsetIgnored,
	CopyUIDTagged, CopyUIDDescending, CopyUIDPermuted, CopyUIDEmpty, CopyUIDBare, ExistsAfterExpunge, ExistsOnCheck, AppendInvisible, ExpungeHeld, ExpungeInFetch, ExistsJumps, NumbersAboveExists, FetchUnasked, FetchZero, VanishedAll, VanishedClipped, FlagsSilent, Window,
	TrailingSpace, CapabilityTrailingSpace, IDTrailingSpace, StatusTrailingSpace, NoText, LeftoverText,
}
