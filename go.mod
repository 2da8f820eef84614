module github.com/go-mailtest/mailtest

go 1.25.0

require (
	github.com/aymanbagabas/go-udiff v0.4.1
	github.com/emersion/go-imap/v2 v2.0.0-beta.8
	github.com/emersion/go-message v0.18.2
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6
	github.com/emersion/go-smtp v0.25.1
	github.com/google/go-cmp v0.7.0
	github.com/xdg-go/scram v1.2.0
	github.com/xdg-go/stringprep v1.0.4
	go.uber.org/goleak v1.3.0
	golang.org/x/text v0.40.0
	pgregory.net/rapid v1.3.0
)

require github.com/xdg-go/pbkdf2 v1.0.0 // indirect
