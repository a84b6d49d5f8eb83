// Package chromium opens Chromium for tests and for measurements.
package chromium

import (
	"context"
	"fmt"

	"github.com/chromedp/chromedp"
)

// Open starts program, a Chromium, without a window and with an empty profile
// in the folder of that name, and gives its tab. The browser ends with ctx, or
// when close is called.
func Open(ctx context.Context, program, profile string) (tab context.Context, close func(), err error) {
	allocator, stop := chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(program), chromedp.UserDataDir(profile), chromedp.WindowSize(1280, 800),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	tab, closeTab := chromedp.NewContext(allocator)
	close = func() {
		closeTab()
		stop()
	}
	// The browser lives as long as the context of its first call.
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		close()
		return nil, nil, fmt.Errorf("chromium does not start: %w", err)
	}
	return tab, close, nil
}
