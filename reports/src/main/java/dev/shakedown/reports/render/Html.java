package dev.shakedown.reports.render;

import dev.shakedown.reports.run.SafeText;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML. All text and attribute values are cleaned and escaped, except {@link #markup}. */
final class Html {
    private final StringBuilder out = new StringBuilder(1 << 16);
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element; attributes are name, value, name, value. */
    Html open(String tag, String... attributes) {
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    Html close() {
        out.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /** An element with text. */
    Html element(String tag, String text, String... attributes) {
        start(tag, attributes);
        out.append(escape(SafeText.text(text))).append("</").append(tag).append(">\n");
        return this;
    }

    /** Text between elements. */
    Html text(String text) {
        out.append(escape(SafeText.text(text)));
        return this;
    }

    /** Markup that this module made itself: SVG, the style sheet. */
    Html markup(String trusted) {
        out.append(trusted);
        return this;
    }

    Html table(Table table) {
        open("div", "class", "scroll").open("table").open("thead").open("tr");
        table.header().forEach(cell -> element("th", cell, "scope", "col"));
        close().close().open("tbody");
        for (var row : table.rows()) {
            open("tr");
            for (int i = 0; i < row.size(); i++) {
                if (i == 0) {
                    element("th", row.get(i), "scope", "row");
                } else {
                    element("td", row.get(i));
                }
            }
            close();
        }
        return close().close().close();
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return out.toString();
    }

    private void start(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            out.append(escape(SafeText.line(attributes[i + 1]))).append('"');
        }
        out.append('>');
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
