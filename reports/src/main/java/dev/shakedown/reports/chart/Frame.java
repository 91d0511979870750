package dev.shakedown.reports.chart;

import dev.shakedown.reports.run.SafeText;

/**
 * What stands around a drawing.
 *
 * @param id unique in the page: letters, digits and hyphens
 * @param title short name, read out by screen readers
 * @param description what the drawing shows, in one or two sentences
 */
public record Frame(String id, String title, String description, int width, int height) {

    /** Width of a chart in user units; the page scales it. */
    public static final int WIDTH = 880;

    private static final int HEIGHT = 330;

    public Frame {
        if (!id.matches("[A-Za-z][A-Za-z0-9-]*")) {
            throw new IllegalArgumentException("not an id: " + id);
        }
    }

    /** The usual size. */
    public static Frame of(String id, String title, String description) {
        return new Frame(id, title, description, WIDTH, HEIGHT);
    }

    /** The same at another height. */
    public Frame high(int newHeight) {
        return new Frame(id, title, description, width, newHeight);
    }

    /** Puts title, description and a scalable root around what was drawn. */
    String wrap(String svg) {
        int body = svg.indexOf('>') + 1;
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s"""
                .formatted(
                        width,
                        height,
                        id,
                        id,
                        id,
                        escape(title),
                        id,
                        escape(description),
                        svg.substring(body));
    }

    private static String escape(String text) {
        return SafeText.line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
