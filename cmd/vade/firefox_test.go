package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"vademecum/internal/need"
)

// A firefox is one window of Firefox, driven by its own protocol, Marionette:
// JSON with its length before it.
type firefox struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	id   int
}

// firefoxPrefs keep Firefox quiet. remote.prefs.recommended must be off: it
// would relax what Firefox allows to pages on a disk, and a test prove nothing.
var firefoxPrefs = map[string]any{
	"remote.prefs.recommended": false, "marionette.port": 0, "browser.shell.checkDefaultBrowser": false, "browser.startup.page": 0,
	"browser.aboutwelcome.enabled": false, "datareporting.policy.dataSubmissionEnabled": false, "toolkit.telemetry.unified": false,
	"app.update.disabledForTesting": true, "network.captive-portal-service.enabled": false, "network.connectivity-service.enabled": false,
	"app.normandy.enabled": false, "browser.safebrowsing.malware.enabled": false, "browser.safebrowsing.phishing.enabled": false,
	"extensions.getAddons.cache.enabled": false, "dom.security.https_first": false,
	"dom.file.createInChild": true, // the driver, and no page, may choose a file
}

func openFirefox(t *testing.T) *firefox {
	t.Helper()
	program := need.Program(t, "firefox-esr", "apt-get install firefox-esr")
	profile, err := os.MkdirTemp(shared, "firefox-")
	if err != nil {
		t.Fatal(err)
	}
	var prefs strings.Builder
	for name, value := range firefoxPrefs {
		text, _ := json.Marshal(value)
		fmt.Fprintf(&prefs, "user_pref(%q, %s);\n", name, text)
	}
	write(t, filepath.Join(profile, "user.js"), prefs.String())
	command := exec.Command(program, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile, "about:blank")
	command.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	f := &firefox{t: t}
	t.Cleanup(func() {
		if f.conn != nil {
			f.conn.Close()
		}
		command.Process.Kill()
		command.Wait()
	})
	port := ""
	for deadline := time.Now().Add(40 * time.Second); f.conn == nil; time.Sleep(50 * time.Millisecond) {
		if data, err := os.ReadFile(filepath.Join(profile, "MarionetteActivePort")); err == nil && len(data) > 0 {
			port = strings.TrimSpace(string(data))
			f.conn, _ = net.Dial("tcp", "127.0.0.1:"+port)
		}
		if time.Now().After(deadline) {
			t.Fatal("firefox-esr does not start within 40 s")
		}
	}
	f.conn.SetDeadline(time.Now().Add(2 * time.Minute))
	f.in = bufio.NewReader(f.conn)
	f.receive() // its greeting
	f.call("WebDriver:NewSession", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{"acceptInsecureCerts": false}}})
	return f
}

func (f *firefox) receive() []byte {
	f.t.Helper()
	length, err := f.in.ReadString(':')
	if err != nil {
		f.t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil {
		f.t.Fatal(err)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(f.in, data); err != nil {
		f.t.Fatal(err)
	}
	return data
}

func (f *firefox) call(name string, params any) any {
	f.t.Helper()
	f.id++
	message, err := json.Marshal([]any{0, f.id, name, params})
	if err != nil {
		f.t.Fatal(err)
	}
	fmt.Fprintf(f.conn, "%d:%s", len(message), message)
	var answer []any
	if err := json.Unmarshal(f.receive(), &answer); err != nil || len(answer) != 4 {
		f.t.Fatal(answer, err)
	}
	if answer[2] != nil {
		f.t.Fatalf("firefox: %s %v: %v", name, params, answer[2])
	}
	if m, ok := answer[3].(map[string]any); ok && m["value"] != nil {
		return m["value"]
	}
	return nil
}

func (f *firefox) open(address string) {
	f.t.Helper()
	f.call("WebDriver:Navigate", map[string]any{"url": address})
}

func (f *firefox) eval(expression string) any {
	f.t.Helper()
	return f.call("WebDriver:ExecuteScript", map[string]any{"script": "return " + expression, "args": []any{}})
}

func (f *firefox) wait(expression string) {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); f.eval(expression) != true; time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatalf("not true within a minute: %s\nat %v\nconsole: %v", expression, f.eval("location.href"), f.said())
		}
	}
}

func (f *firefox) element(selector string) any {
	f.t.Helper()
	for _, id := range f.call("WebDriver:FindElement", map[string]any{"using": "css selector", "value": selector}).(map[string]any) {
		return id
	}
	return nil
}

func (f *firefox) send(selector, keys string) {
	f.t.Helper()
	f.call("WebDriver:ElementSendKeys", map[string]any{"id": f.element(selector), "text": keys})
}

func (f *firefox) click(selector string) {
	f.t.Helper()
	f.call("WebDriver:ElementClick", map[string]any{"id": f.element(selector)})
}

// said gives what stands in the browser's console about pages.
func (f *firefox) said() []any {
	f.t.Helper()
	f.call("Marionette:SetContext", map[string]any{"value": "chrome"})
	defer f.call("Marionette:SetContext", map[string]any{"value": "content"})
	return f.eval(`Services.console.getMessageArray().filter((m) => m instanceof Ci.nsIScriptError && (/^(file|http):/.test(m.sourceName) || /CSP|Security|Trusted/.test(m.category))).map((m) => m.errorMessage + " " + m.sourceName)`).([]any)
}

func TestCarriedOpensFromDiskInFirefox(t *testing.T) {
	need.Long(t)
	t.Parallel()
	f := openFirefox(t)
	f.call("Marionette:SetContext", map[string]any{"value": "chrome"})
	if f.eval(`Services.prefs.getBoolPref("security.fileuri.strict_origin_policy")`) != true {
		t.Fatal("Firefox is laxer here than at people's desks: the test would prove nothing")
	}
	f.call("Marionette:SetContext", map[string]any{"value": "content"})
	local := func() {
		t.Helper()
		if got := f.eval(`performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith("file:")).join(" ")`); got != "" {
			t.Errorf("requests to a network: %v", got)
		}
	}
	dir := unpacked(t)
	f.open(onDisk(dir, "index.html"))
	f.wait(`getComputedStyle(document.querySelector("[data-vade-extract]")).display === "none"`)
	local()
	f.send(`[data-vade-search] input[name=q]`, "coordination mechanisms\uE007")
	f.wait(`location.pathname.endsWith("/search/index.html") && document.querySelectorAll("li.hit").length > 1`)
	t.Logf("first result after at most %v ms", f.eval(`Math.round(performance.now())`))
	local()
	f.click("li.hit a")
	f.wait(`location.pathname.endsWith("/workshops/2019-12-panama-city/index.html") && location.hash !== "" && document.readyState === "complete"`)
	f.call("WebDriver:Back", map[string]any{})
	f.wait(`document.querySelectorAll("li.hit").length > 1`)
	f.click(`[data-vade-facets] a[href*="country=panama"]`)
	f.wait(`new URLSearchParams(location.search).get("country") === "panama" && document.querySelectorAll("li.hit").length > 0`)
	f.open(onDisk(dir, "ar/search/index.html") + "?q=1540")
	f.wait(`document.querySelectorAll("li.hit").length > 0`)
	local()
	f.open(onDisk(dir, "offline/index.html"))
	f.wait(`document.querySelector("[data-vade-offline]").dataset.state === "here"`)
	if said := f.said(); len(said) > 0 {
		t.Errorf("in the console: %v", said)
	}
}

func TestOfflineAppInFirefox(t *testing.T) {
	need.Long(t)
	t.Parallel()
	f := openFirefox(t)
	s := &stoppable{t: t, addr: "127.0.0.1:0"}
	s.start(ours(t))
	root := "http://" + s.addr
	f.open(root + "/offline/")
	f.wait(`document.querySelector("[data-vade-offline]")?.dataset.state === "size"`)
	f.click(`[data-vade-offline] button[name=keep]`)
	f.wait(`document.querySelector("[data-vade-offline]").dataset.state === "kept"`)
	if said := f.said(); len(said) > 0 {
		t.Errorf("in the console: %v", said)
	}
	s.stop()
	f.open(root + "/resolutions/1540/")
	f.wait(`document.querySelector("#op3-d") !== null`)
	f.open(root + "/search/?q=coordination+mechanisms")
	f.wait(`document.querySelectorAll("li.hit").length > 1 && !document.querySelector("[data-vade-results]").hasAttribute("aria-busy")`)
	f.click("li.hit a")
	f.wait(`location.pathname === "/workshops/2019-12-panama-city/" && document.readyState === "complete"`)
	f.open(root + "/offline/")
	f.wait(`document.querySelector("[data-vade-offline]").dataset.state === "kept"`)
	f.click(`[data-vade-offline] button[name=remove]`)
	f.wait(`document.querySelector("[data-vade-offline]").dataset.state === "unable"`)
}
