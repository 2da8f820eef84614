// Package browser holds tests, and nothing else: reports in Chromium and in Firefox. What
// they need is a module of its own, which users do not download.
package browser
