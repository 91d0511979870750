package dev.shakedown.reports.browser;

import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/** A page in the browser, with all that it logged, fetched and asked. */
final class Tab {
    private static final int WIDTH = 1100;

    private final DevTools devTools;
    private final String session;

    /** What the reader prefers. */
    enum Scheme {
        LIGHT,
        DARK
    }

    Tab(DevTools devTools, String session) {
        this.devTools = devTools;
        this.session = session;
    }

    void load(URI address, Scheme scheme) throws Exception {
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
        size(WIDTH, 900);
        call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of(
                                        "name",
                                        "prefers-color-scheme",
                                        "value",
                                        scheme.name().toLowerCase(Locale.ROOT)))));
        call("Page.navigate", Map.of("url", address.toString()));
        await("Page.loadEventFired");
    }

    /** Sets the window, in CSS pixels. */
    void size(int width, int height) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** The value of an expression, or of the promise that it is. */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode answer =
                call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                expression,
                                "awaitPromise",
                                true,
                                "returnByValue",
                                true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(answer.path("exceptionDetails").toString());
        }
        return answer.path("result").path("value");
    }

    /**
     * Everything that a report must not do: log an error, violate its own security policy, fetch,
     * open a dialogue.
     */
    List<String> misdeeds() {
        List<String> misdeeds = new ArrayList<>();
        boolean first = true;
        for (DevTools.Event event : devTools.events(session)) {
            switch (event.method()) {
                case "Network.requestWillBeSent" -> {
                    // The first is the page.
                    if (!first) {
                        misdeeds.add(
                                "fetched " + event.params().path("request").path("url").asString());
                    }
                    first = false;
                }
                case "Log.entryAdded", "Runtime.exceptionThrown", "Page.javascriptDialogOpening" ->
                        misdeeds.add(event.method() + " " + event.params());
                case "Runtime.consoleAPICalled" -> {
                    if (event.params().path("type").asString().equals("error")) {
                        misdeeds.add("console " + event.params().path("args"));
                    }
                }
                default -> {}
            }
        }
        return misdeeds;
    }

    /** The whole page, however long, as PNG. */
    byte[] screenshot() throws Exception {
        int height = evaluate("document.documentElement.scrollHeight").asInt();
        size(WIDTH, height);
        return bytes(call("Page.captureScreenshot", Map.of()));
    }

    /** As it comes out of a printer. */
    byte[] pdf() throws Exception {
        return bytes(call("Page.printToPDF", Map.of("printBackground", true)));
    }

    private static byte[] bytes(JsonNode answer) {
        return Base64.getDecoder().decode(answer.path("data").asString());
    }

    private JsonNode call(String method, Map<String, ?> params) throws Exception {
        return devTools.call(session, method, params);
    }

    private void await(String method) throws Exception {
        for (int i = 0; i < 1_200; i++) {
            if (devTools.events(session).stream().anyMatch(e -> e.method().equals(method))) {
                return;
            }
            Thread.sleep(50);
        }
        throw new TimeoutException("no " + method);
    }
}
