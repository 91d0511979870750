package dev.shakedown.reports.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of report in a real browser. */
@Tag("full")
@Timeout(300)
class ReportsRealIT {
    /** What a report never has, and text that breaks out would have. */
    private static final String FOREIGN =
            "[...document.querySelectorAll('*')].filter(e => e.matches('script, img, iframe, object, embed, link, form, base, a:not([href^=\"./\"])')"
                    + " || [...e.attributes].some(a => a.name.startsWith('on'))).map(e => e.outerHTML).join()";

    private static final String TOO_WIDE =
            "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)";

    private static final int PHONE = 420;

    @TempDir private static Path folder;
    private static Chromium browser;
    private static Axe axe;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> program = Chromium.installed();
        assumeTrue(program.isPresent(), "no chromium in PATH: install the package chromium");
        axe = Axe.fetch();
        browser = Chromium.start(program.get(), folder.resolve("profile"));
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void everyPageIsQuietAccessibleAndSafeInBothThemes() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (Path page : new Pages(folder).all()) {
            softly.assertThat(Files.size(page)).as("%s, bytes", page).isLessThan(2_000_000);
            for (Tab.Scheme scheme : Tab.Scheme.values()) {
                Tab tab = browser.open(page.toUri(), scheme);
                String name = page + " " + scheme;
                softly.assertThat(tab.evaluate(FOREIGN).asString()).as(name).isEmpty();
                softly.assertThat(axe.grave(tab)).as(name).isEmpty();
                softly.assertThat(tab.evaluate(TOO_WIDE).asInt()).as(name).isZero();
                tab.size(PHONE, 900);
                softly.assertThat(axe.grave(tab)).as("%s, on a phone", name).isEmpty();
                softly.assertThat(tab.evaluate(TOO_WIDE).asInt()).as("%s, phone", name).isZero();
                softly.assertThat(tab.evaluate("'ran' in window").asBoolean()).as(name).isFalse();
                softly.assertThat(tab.misdeeds()).as(name).isEmpty();
            }
        }
        softly.assertAll();
    }

    /** A check that finds nothing anywhere would be no check. */
    @Test
    void aPageThatDoesAllThisIsFoundOut() throws Exception {
        Path page = folder.resolve("bad.html");
        Files.writeString(
                page,
                """
                <!DOCTYPE html><html><head>
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>x</title></head>
                <body style="color: #ccc"><p>hardly to be read</p><script>window.ran = 1</script>
                <img src="http://127.0.0.1:9/x.png" onerror="window.ran = 1"></body></html>
                """);
        Tab tab = browser.open(page.toUri(), Tab.Scheme.LIGHT);

        assertThat(tab.misdeeds()).hasSizeGreaterThan(2).anyMatch(m -> m.contains("script-src"));
        assertThat(tab.evaluate(FOREIGN).asString()).contains("<script>").contains("onerror");
        assertThat(axe.grave(tab))
                .anyMatch(finding -> finding.contains("image-alt"))
                .anyMatch(finding -> finding.contains("html-has-lang"));

        Path open = folder.resolve("open.html");
        Files.writeString(
                open, "<html lang=en><img src=data:x alt=x onerror='window.ran=1'><p>x</p></html>");
        assertThat(
                        browser.open(open.toUri(), Tab.Scheme.LIGHT)
                                .evaluate("'ran' in window")
                                .asBoolean())
                .isTrue();
    }
}
