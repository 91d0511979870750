package dev.shakedown.reports.render;

import dev.shakedown.reports.run.SafeText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Writes HTML. All text and attribute values are cleaned and escaped, except {@link #markup}. */
final class Html {
    private static final Set<String> INLINE = Set.of("strong", "code", "span", "a");
    private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3");

    private final StringBuilder out = new StringBuilder(1 << 16);
    private final Deque<String> open = new ArrayDeque<>();
    private String heading = "";

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
        if (HEADINGS.contains(tag)) {
            heading = text;
        }
        start(tag, attributes);
        out.append(escape(SafeText.text(text)))
                .append("</")
                .append(tag)
                .append(INLINE.contains(tag) ? ">" : ">\n");
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
        return table(table, false);
    }

    /** A table whose rows are files beside the page, each a link. */
    Html files(Table table) {
        return table(table, true);
    }

    private Html table(Table table, boolean links) {
        scrollable("scroll", "Table: ").open("table").open("thead").open("tr");
        for (int i = 0; i < table.header().size(); i++) {
            element("th", table.header().get(i), "scope", "col", "class", align(table, i));
        }
        close().close().open("tbody");
        for (var row : table.rows()) {
            open("tr").open("th", "scope", "row");
            if (links) {
                element("a", row.getFirst(), "href", beside(row.getFirst()));
            } else {
                text(row.getFirst());
            }
            close();
            for (int i = 1; i < row.size(); i++) {
                element("td", row.get(i), "class", align(table, i));
            }
            close();
        }
        return close().close().close();
    }

    /**
     * A box that scrolls where it is too narrow, so it can be reached by keyboard and has a name:
     * that of the heading above.
     */
    Html scrollable(String kind, String what) {
        return open(
                "div",
                "class",
                kind,
                "role",
                "group",
                "tabindex",
                "0",
                "aria-label",
                what + heading);
    }

    /** Begins with a dot, so that no name is taken for a scheme. */
    private static String beside(String file) {
        try {
            return new URI(null, null, "./" + file, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no path: " + file, e);
        }
    }

    private static String align(Table table, int column) {
        return table.numeric(column) ? "n" : "w";
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
