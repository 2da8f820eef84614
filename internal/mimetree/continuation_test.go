package mimetree

import (
	"fmt"
	"testing"
)

// The example of RFC 2231, section 4.1, is the third.
func TestJoinContinuations(t *testing.T) {
	for _, tt := range []struct{ header, want string }{
		{`x/y; a=b; name="plain"`, `[{a b} {name plain}]`},
		{`x/y; name*0="a-long-"; b=c; name*1="name.pdf"`, `[{name a-long-name.pdf} {b c}]`},
		{`x/y; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2="isn't it!"`,
			`[{title* us-ascii'en'This%20is%20even%20more%20%2A%2A%2Afun%2A%2A%2A%20isn%27t%20it!}]`},
		{`x/y; name*1=b; name*0=a`, `[{name ab}]`},
		{`x/y; name*1=b`, `[{name*1 b}]`},                       // no beginning
		{`x/y; name*0=a; name*2=c`, `[{name*0 a} {name*2 c}]`},  // a gap
		{`x/y; name*=utf-8''%C3%A9`, `[{name* utf-8''%C3%A9}]`}, // in one piece
		{`x/y; name*x=b`, `[{name*x b}]`},
	} {
		_, params := parseValue(nil, tt.header)
		if got := fmt.Sprint(JoinContinuations(params)); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.header, got, tt.want)
		}
	}
}
