package provider_test

// The messages of dialogues.

const list = `Subject: News
From: =?utf-8?q?J=C3=BCrgen?= <news@example.com>
List-Id: <news.example.com>
List-Unsubscribe: <https://example.com/off>,
 <mailto:off@example.com>
List-Unsubscribe-Post: List-Unsubscribe=One-Click

Nothing new.
`

const meeting = `Subject: Meeting title
From: Ann <ann@example.com>
Content-Type: multipart/alternative; boundary=b

--b

At noon.
--b
Content-Type: text/calendar; method=CANCEL

BEGIN:VCALENDAR
--b--
`

const multipart = `Subject: multipart
Content-Type: multipart/mixed; boundary=b1

--b1
Content-Type: text/plain; name=""

hi

--b1
Content-Type: multipart/alternative; boundary=b2

--b2

plain
--b2--
--b1--
`

const people = `Subject: "Lunch"?
From: Ann <ann@example.com>
To: bob@example.com, carol

At noon?
`

const parts = `Subject: parts
Content-Type: multipart/mixed; boundary=b1

--b1
Content-Type: multipart/alternative; boundary=b2

--b2

plain
--b2
Content-Type: text/html

<p>
--b2--
--b1
Content-Type: application/octet-stream

--b1
Content-Disposition: inline

hi

--b1
Content-Type: message/rfc822

Subject: deep

--b1--
`
