package dev.shakedown.reports.render;

import dev.shakedown.reports.run.SafeText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A test suite as JUnit XML.
 *
 * @param name of the suite and of its cases' class
 */
record JUnitSuite(String name, List<Case> cases) {

    /** How a case ended. */
    enum Result {
        OK(""),
        FAILURE("failure"),
        ERROR("error"),
        SKIPPED("skipped");

        private final String tag;

        Result(String tag) {
            this.tag = tag;
        }
    }

    /** A case; its message is shown unless all is well. */
    record Case(String name, Result result, String message) {}

    /** The whole document. */
    String xml(Optional<Instant> startedAt) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append(
                "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\"%s>\n"
                        .formatted(
                                text(name),
                                cases.size(),
                                count(Result.FAILURE),
                                count(Result.ERROR),
                                count(Result.SKIPPED),
                                startedAt.map(at -> " timestamp=\"" + at + "\"").orElse("")));
        cases.forEach(one -> xml.append(element(one)));
        return xml.append("</testsuite>\n").toString();
    }

    private String element(Case one) {
        String head =
                "  <testcase classname=\"%s\" name=\"%s\"".formatted(text(name), text(one.name()));
        if (one.result() == Result.OK) {
            return head + "/>\n";
        }
        String message = one.message().lines().findFirst().orElse("");
        return "%s><%s message=\"%s\">%s</%s></testcase>\n"
                .formatted(
                        head,
                        one.result().tag,
                        text(message),
                        Html.escape(SafeText.text(one.message())),
                        one.result().tag);
    }

    private static String text(String raw) {
        return Html.escape(SafeText.line(raw));
    }

    private int count(Result result) {
        return (int) cases.stream().filter(one -> one.result() == result).count();
    }
}
