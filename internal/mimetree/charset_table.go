package mimetree

import (
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charsetRow is a charset: its name in MIME, how it is decoded, and by what
// other names mail calls it, as charsetKey has them.
type charsetRow struct {
	name    string
	decode  decoder
	aliases string
}

// charsetTable is every charset that is known here; others may be known to the
// indexes of golang.org/x/text. Where a charset is in truth a larger one, that
// one stands for it: windows-1252 for ISO-8859-1, GB18030 for GB2312,
// windows-949 for EUC-KR (WHATWG Encoding, section 4.2). The planes that JIS X
// 0213 and CNS 11643 have and their predecessors have not are not read.
func charsetTable() []charsetRow {
	return []charsetRow{
		{"US-ASCII", decodeASCII, "646 ansix341968 ansix341986 ascii cp367 csascii ibm367 iso646irv1991 iso646us isoir6 us"},
		{"UTF-8", decodeUTF8, "cp65001 u8 unicode11utf8 utf utf8ucs2 utf8ucs4 xunicode20utf8"},
		{"UTF-8-SIG", decodeSignedUTF8, ""},
		{"UTF-7", decodeUTF7Bytes, "csutf7 u7 unicode11utf7 xunicode20utf7"},
		{"UTF-16", from(unicode.UTF16(unicode.BigEndian, unicode.UseBOM)), "csunicode csutf16 iso10646ucs2 u16 ucs2 unicode"},
		{"UTF-16BE", from(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)), "csutf16be unicodebigunmarked unicodefffe"},
		{"UTF-16LE", from(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)), "csutf16le unicodefeff unicodelittleunmarked"},
		{"UTF-32", from(utf32.UTF32(utf32.BigEndian, utf32.UseBOM)), "csucs4 csutf32 iso10646ucs4 u32 ucs4"},
		{"UTF-32BE", from(utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)), "csutf32be"},
		{"UTF-32LE", from(utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)), "csutf32le"},
		{"ISO-8859-1", from(charmap.Windows1252), "8859 cp819 csisolatin1 ibm819 iso8859 iso885911987 isoir100 l1 latin latin1"},
		{"windows-1252", from(charmap.Windows1252), "1252 ansi cp1252 xansi xcp1252"},
		{"ISO-8859-2", from(charmap.ISO8859_2), "csisolatin2 iso885921987 isoir101 l2 latin2"},
		{"ISO-8859-3", from(charmap.ISO8859_3), "csisolatin3 iso885931988 isoir109 l3 latin3"},
		{"ISO-8859-4", from(charmap.ISO8859_4), "csisolatin4 iso885941988 isoir110 l4 latin4"},
		{"ISO-8859-5", from(charmap.ISO8859_5), "csisolatincyrillic cyrillic iso885951988 isoir144"},
		{"ISO-8859-6", from(charmap.ISO8859_6), "arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 iso885961987 iso88596e iso88596i isoir127"},
		{"ISO-8859-7", from(charmap.ISO8859_7), "csisolatingreek ecma118 elot928 greek greek8 iso885971987 isoir126 suneugreek"},
		{"ISO-8859-8", from(charmap.ISO8859_8), "csiso88598e csiso88598i csisolatinhebrew hebrew iso885981988 iso88598e iso88598i isoir138 logical visual"},
		{"ISO-8859-10", from(charmap.ISO8859_10), "csisolatin6 iso8859101992 isoir157 l6 latin6"},
		{"ISO-8859-13", from(charmap.ISO8859_13), "l7 latin7"},
		{"ISO-8859-14", from(charmap.ISO8859_14), "iso8859141998 isoceltic isoir199 l8 latin8"},
		{"ISO-8859-15", from(charmap.ISO8859_15), "l9 latin9"},
		{"ISO-8859-16", from(charmap.ISO8859_16), "iso8859162001 isoir226 l10 latin10"},
		{"ISO-8859-9", from(charmap.Windows1254), "csisolatin5 iso885991989 isoir148 l5 latin5"},
		{"ISO-8859-11", from(charmap.Windows874), "iso8859112001 thai"},
		{"TIS-620", from(charmap.Windows874), "cstis620 isoir166 tis6200 tis62025290 tis62025291"},
		{"windows-874", from(charmap.Windows874), "874 cp874 dos874 ibm874 xwindows874"},
		{"windows-1250", from(charmap.Windows1250), "1250 cp1250 cswindows1250 xcp1250"},
		{"windows-1251", from(charmap.Windows1251), "1251 cp1251 cswindows1251 xcp1251"},
		{"windows-1253", from(charmap.Windows1253), "1253 cp1253 cswindows1253 xcp1253"},
		{"windows-1254", from(charmap.Windows1254), "1254 cp1254 cswindows1254 xcp1254"},
		{"windows-1255", from(charmap.Windows1255), "1255 cp1255 cswindows1255 xcp1255"},
		{"windows-1256", from(charmap.Windows1256), "1256 cp1256 cswindows1256 xcp1256"},
		{"windows-1257", from(charmap.Windows1257), "1257 cp1257 cswindows1257 xcp1257"},
		{"windows-1258", from(charmap.Windows1258), "1258 cp1258 cswindows1258 xcp1258"},
		{"IBM437", from(charmap.CodePage437), "437 cp437 cspc8codepage437"},
		{"IBM850", from(charmap.CodePage850), "850 cp850 cspc850multilingual"},
		{"IBM852", from(charmap.CodePage852), "852 cp852 cspcp852"},
		{"IBM855", from(charmap.CodePage855), "855 cp855 csibm855"},
		{"IBM858", from(charmap.CodePage858), "858 cp00858 cp858 csibm858 ibm00858 pcmultilingual850euro"},
		{"IBM860", from(charmap.CodePage860), "860 cp860 csibm860"},
		{"IBM862", from(charmap.CodePage862), "862 cp862 cspc862latinhebrew"},
		{"IBM863", from(charmap.CodePage863), "863 cp863 csibm863"},
		{"IBM865", from(charmap.CodePage865), "865 cp865 csibm865"},
		{"IBM866", from(charmap.CodePage866), "866 cp866 csibm866 dos866"},
		{"IBM037", from(charmap.CodePage037), "037 cp037 csibm037 ebcdiccpca ebcdiccpnl ebcdiccpus ebcdiccpwt ibm039"},
		{"IBM01140", from(charmap.CodePage1140), "1140 cp01140 cp1140 csibm01140 ebcdicus37euro ibm1140"},
		{"macintosh", from(charmap.Macintosh), "csmacintosh mac macroman xmacroman"},
		{"x-mac-cyrillic", from(charmap.MacintoshCyrillic), "maccyrillic xmacukrainian"},
		{"KOI8-R", from(charmap.KOI8R), "cskoi8r koi koi8"},
		{"KOI8-U", from(charmap.KOI8U), "cskoi8u koi8ru"},
		{"Shift_JIS", from(japanese.ShiftJIS), "csshiftjis sjis xmacjapanese xsjis"},
		{"Windows-31J", from(japanese.ShiftJIS), "932 cp932 cp943 cswindows31j ibm943 ms932 mskanji windows932 xmscp932"},
		{"Shift_JIS-2004", from(japanese.ShiftJIS), "shiftjisx0213 sjis2004 sjisx0213"},
		{"EUC-JP", from(japanese.EUCJP), "cp51932 cseucpkdfmtjapanese eucjpms eucjpwin extendedunixcodepackedformatforjapanese ujis xeuc xeucjp"},
		{"EUC-JIS-2004", from(japanese.EUCJP), "eucjisx0213 jisx0213"},
		{"ISO-2022-JP", from2022(setASCII), "cp50220 cp50221 cp50222 csiso2022jp csiso2022jp2 csjisencoding iso2022jp1 iso2022jp1978irv iso2022jp2 iso2022jp2004 iso2022jp3 iso2022jpext iso2022jpms jis jisencoding"},
		{"ISO-2022-KR", from2022(setKSC5601), "cp50225 csiso2022kr"},
		{"ISO-2022-CN", from2022(setGB2312), "cp50227 csiso2022cn csiso2022cnext iso2022cnext"},
		{"EUC-KR", from(korean.EUCKR), "5601 cp51949 cseuckr csksc56011987 isoir149 korean ksc5601 ksc56011987 ksc56011989 ksx1001 xeuckr xmackorean"},
		{"windows-949", from(korean.EUCKR), "949 cp1363 cp949 ms949 uhc xcp949 xuhc xwindows949"},
		{"GB2312", from(simplifiedchinese.GB18030), "chinese cngb cp51936 csgb2312 csiso58gb231280 euccn eucgb2312cn gb gb0 gb23121980 gb231280 isoir58 xeuccn xmacsimpchinese zhcneuc"},
		{"GBK", from(simplifiedchinese.GB18030), "936 cp1386 cp936 csgbk ms936 windows936 xcp936 xgbk"},
		{"GB18030", from(simplifiedchinese.GB18030), "cp54936 csgb18030 gb180302000 gb180302005 gb180302022"},
		{"HZ-GB-2312", from(simplifiedchinese.HZGB2312), "cp52936 hz hzgb"},
		{"Big5", from(traditionalchinese.Big5), "big5tw cnbig5 csbig5 xbig5 xmactradchinese xxbig5"},
		{"windows-950", from(traditionalchinese.Big5), "950 cp950 ms950 xcp950 xwindows950"},
		{"Big5-HKSCS", from(traditionalchinese.Big5), "big5hkscs2004 cp951 csbig5hkscs hkscs"},
		{"IBM1006", table(cp1006), "cp1006"},
		{"IBM1026", table(cp1026), "1026 cp1026 csibm1026"},
		{"IBM1125", table(cp1125), "1125 cp1125 cp866u ruscii"},
		{"IBM273", table(cp273), "273 cp273 csibm273"},
		{"IBM424", table(cp424), "424 cp424 csibm424 ebcdiccphe"},
		{"IBM500", table(cp500), "500 cp500 csibm500 ebcdiccpbe ebcdiccpch"},
		{"IBM720", table(cp720), "720 cp720 dos720"},
		{"IBM737", table(cp737), "737 cp737"},
		{"IBM775", table(cp775), "775 cp775 cspc775baltic"},
		{"IBM856", table(cp856), "cp856"},
		{"IBM857", table(cp857), "857 cp857 csibm857"},
		{"IBM861", table(cp861), "861 cp861 cpis csibm861"},
		{"IBM864", table(cp864), "864 cp864 csibm864"},
		{"IBM869", table(cp869), "869 cp869 cpgr csibm869"},
		{"IBM875", table(cp875), "cp875"},
		{"hp-roman8", table(hproman8), "cp1051 cshproman8 ibm1051 r8 roman8"},
		{"KOI8-T", table(koi8t), ""},
		{"KZ-1048", table(kz1048), "cskz1048 rk1048 strk10482002"},
		{"x-mac-arabic", table(macarabic), "macarabic"},
		{"x-mac-croatian", table(maccroatian), "maccroatian"},
		{"x-mac-farsi", table(macfarsi), "macfarsi"},
		{"x-mac-greek", table(macgreek), "macgreek"},
		{"x-mac-iceland", table(maciceland), "maciceland"},
		{"x-mac-ce", table(maclatin2), "maccenteuro maccentraleurope maclatin2"},
		{"x-mac-romanian", table(macromanian), "macromanian"},
		{"x-mac-turkish", table(macturkish), "macturkish"},
		{"x-palmos", table(palmos), "palmos"},
		{"PTCP154", table(ptcp154), "cp154 csptcp154 cyrillicasian pt154"},
	}
}
