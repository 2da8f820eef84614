package provider

import (
	"slices"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Quirks are all of the catalogue.
func Quirks() []imaptest.Quirk { return slices.Clone(quirks) }

var quirks = []imaptest.Quirk{
	CapabilityUntagged, CapabilitySilent, HalfLogin, TokenExpires, TokenChallenge, TokenRefusedAtOnce, BasicAuthDisabled, UnsafeLogin, AppPasswordRequired, WebLoginRequired, AccessDisabled, PlusWithoutSpace, TextWithBrackets,
	ThrottledAtEnd, ThrottledBad, ServerUnavailable, RateLimitHit, OverquotaInFetch, SessionExpired, TooManyConnections, SilentIdle, IdleCut10, IdleCut15, IdleCut29, DoneLate, ByeRepeated,
	SpecialUseUnadvertised, ListTwice, ListWithoutInbox, SecondInbox, ListReturnNothing, SpecialUseReturnRefused, ListRandom, NamesUnquoted, PlusUnquoted, DelimiterNil, InboxMixedCase, FilesReserved, ExcessWhitespace, LSubBad,
	UIDNextMissing, UnseenMissing, UIDValidityZero, StatusEmpty, EnabledMissing, RecentSticky, RecentNever, RecentWrong, KeywordsRefused, KeywordsAreErrors, SearchKeywordBad, FlagsWithBrackets, NumbersFloat, RestIsCommands,
	RFC822Missing, BodyEmptyValue, BodyNil, BodyQuoted, FetchNothing, FetchDescending, FetchUIDLast, SizeLies, ModSeqZero, ModSeqNegative, DateWithoutZone, DateZero, FlagsSilentRefused, NumbersRefused,
	EnvelopeSpaces, EnvelopeSwapped, EnvelopeMissingDomain, EnvelopeBackslash, EnvelopeEmptyList, EnvelopeQuoting, EnvelopeNoSender, StructureChildless, StructureNilType, StructureInline, StructureBasicMessage, StructureMinusOne, StructureNilEncoding,
	SelectFirst, SearchEmptyNo, SearchHeaderNothing, SearchHeaderUnavailable, SearchAndWrong, SearchTrailingSpace, ESearchEmpty, CharsetRefused, CharsetIgnored,
	CopyUIDTagged, CopyUIDDescending, CopyUIDPermuted, CopyUIDEmpty, CopyUIDBare, ExistsAfterExpunge, AppendInvisible, ExpungeHeld, ExpungeInFetch, ExistsJumps, NumbersAboveExists, FetchUnasked, FetchZero, VanishedAll, FlagsSilent, Window,
	TrailingSpace, CapabilityTrailingSpace, NoText, LeftoverText,
}
