package mimetree

import "testing"

func TestDecoded(t *testing.T) {
	for _, tt := range []struct{ encoding, body, want string }{
		{"", "a=\r\n", "a=\r\n"},
		{"8Bit", "\xe9", "\xe9"},
		{"binary", "\x00\n", "\x00\n"},
		// RFC 2045, section 6.7.
		{"quoted-printable", "Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.", "Now's the time for all folk to come to the aid of their country."},
		{"Quoted-Printable", "a=3D=C3=a9 \t\r\n", "a=\xc3\xa9\r\n"},
		{"quoted-printable", "a=20\nb=", "a \nb"},
		{"quoted-printable", "a= \t\r\nb", "ab"},
		{"quoted-printable", "=ZZ=4", "=ZZ=4"},
		// Section 6.8.
		{"base64", "SGVs\r\nbG8=\r\n", "Hello"},
		{"BASE64", "SGVsbG8", "Hello"},
		{"base64", " S-G*V\ns b G 8 = !", "Hello"},
		{"base64", "SGVsbG8=SGVsbG8=", "HelloHello"},
		{"base64", "SGVsbG8hQ", "Hello!"},
		{"base64", "", ""},
		{"base64", "====", ""},
	} {
		got, err := Parse([]byte("Content-Transfer-Encoding: " + tt.encoding + "\r\n\r\n" + tt.body)).Root().Decoded()
		if err != nil || string(got) != tt.want {
			t.Errorf("%s of %q\n got %q, %v\nwant %q", tt.encoding, tt.body, got, err, tt.want)
		}
	}
}

func TestDecodedUnknownEncoding(t *testing.T) {
	p := Parse([]byte("Content-Transfer-Encoding: x-uuencode\r\n\r\nbody")).Root()
	if _, err := p.Decoded(); err == nil || err.Error() != `mimetree: unknown transfer encoding "X-UUENCODE"` {
		t.Errorf("got %v", err)
	}
	if got := p.DecodedText(); got != "body" {
		t.Errorf("text %q", got)
	}
}
