package dev.shakedown.reports.chart;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.font.FontRenderContext;
import java.awt.font.LineMetrics;
import java.util.Locale;

/**
 * A font that is measured by a table instead of by the machine. A login node often has neither
 * fonts nor fontconfig, and there the JDK's own measuring throws; the browser picks the real font
 * anyway.
 */
final class PlainFont extends Font {
    private static final long serialVersionUID = 1L;

    private static final float ASCENT = 0.93f;
    private static final float DESCENT = 0.22f;

    PlainFont(int style, int size) {
        super(Font.SANS_SERIF, style, size);
    }

    static PlainFont of(Font font) {
        return font instanceof PlainFont plain
                ? plain
                : new PlainFont(font.getStyle(), font.getSize());
    }

    /** The real one asks the machine's fonts. */
    @Override
    public String getFamily() {
        return Font.SANS_SERIF;
    }

    @Override
    public String getFamily(Locale locale) {
        return Font.SANS_SERIF;
    }

    @Override
    public LineMetrics getLineMetrics(String text, FontRenderContext context) {
        return new Line(text.length(), size);
    }

    FontMetrics metrics() {
        return new Metrics(this);
    }

    private static final class Metrics extends FontMetrics {
        private static final long serialVersionUID = 1L;

        Metrics(PlainFont font) {
            super(font);
        }

        @Override
        public int getAscent() {
            return Math.round(font.getSize() * ASCENT);
        }

        @Override
        public int getDescent() {
            return Math.round(font.getSize() * DESCENT);
        }

        @Override
        public int charWidth(char c) {
            return (int) Math.round(TextWidth.em(c) * font.getSize());
        }

        @Override
        public int charsWidth(char[] data, int off, int len) {
            return stringWidth(new String(data, off, len));
        }

        @Override
        public int stringWidth(String text) {
            double bold = font.isBold() ? 1.07 : 1;
            return (int) Math.ceil(TextWidth.em(text) * font.getSize() * bold);
        }
    }

    private static final class Line extends LineMetrics {
        private final int characters;
        private final float size;

        Line(int characters, float size) {
            this.characters = characters;
            this.size = size;
        }

        @Override
        public int getNumChars() {
            return characters;
        }

        @Override
        public float getAscent() {
            return size * ASCENT;
        }

        @Override
        public float getDescent() {
            return size * DESCENT;
        }

        @Override
        public float getLeading() {
            return 0;
        }

        @Override
        public float getHeight() {
            return size * (ASCENT + DESCENT);
        }

        @Override
        public int getBaselineIndex() {
            return Font.ROMAN_BASELINE;
        }

        @Override
        public float[] getBaselineOffsets() {
            return new float[] {0, -size * ASCENT / 2, -size * ASCENT};
        }

        @Override
        public float getStrikethroughOffset() {
            return -size / 3;
        }

        @Override
        public float getStrikethroughThickness() {
            return size / 15;
        }

        @Override
        public float getUnderlineOffset() {
            return size / 8;
        }

        @Override
        public float getUnderlineThickness() {
            return size / 15;
        }
    }
}
