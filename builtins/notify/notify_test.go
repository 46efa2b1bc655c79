package notify

import "testing"

func TestFormat(t *testing.T) {
	tests := []struct{ address, title, text, want string }{
		{"https://hooks.slack.com/services/T/B/k", "ticketing", "<!channel> a & b", `{"text":"*ticketing*\n&lt;!channel&gt; a &amp; b"}`},
		{"https://discord.com/api/webhooks/1/k", "ticketing", "@everyone", `{"content":"**ticketing**\n@everyone","allowed_mentions":{"parse":[]}}`},
		{"https://chat.example.com/hooks/k", "", "a < b", `{"text":"a < b"}`},
		{"https://notslack.com.evil.example/hooks/k", "t", "x", `{"text":"t\nx"}`},
	}
	for _, tt := range tests {
		if got := format(tt.address, tt.title, tt.text).String(); got != tt.want {
			t.Errorf("format(%q, %q, %q) = %s, want %s", tt.address, tt.title, tt.text, got, tt.want)
		}
	}
}
