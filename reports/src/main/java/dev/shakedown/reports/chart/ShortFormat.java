package dev.shakedown.reports.chart;

import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.Locale;

/** Tick labels of a log axis: {@code 0.1}, {@code 50}, {@code 2,000}, never {@code 1.0E3}. */
final class ShortFormat extends NumberFormat {
    private static final long serialVersionUID = 1L;

    @Override
    public StringBuffer format(double number, StringBuffer to, FieldPosition position) {
        String text = String.format(Locale.ROOT, number < 1 ? "%.3g" : "%,.0f", number);
        return to.append(number < 1 && text.contains(".") ? text.replaceAll("0+$", "") : text);
    }

    @Override
    public StringBuffer format(long number, StringBuffer to, FieldPosition position) {
        return format((double) number, to, position);
    }

    @Override
    public Number parse(String source, ParsePosition position) {
        throw new UnsupportedOperationException("only formats");
    }
}
