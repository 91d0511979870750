package dev.shakedown.workloads.openai;

/** The Prometheus text format, as far as servers print it: one sample a line. */
public final class MetricsText {
    private MetricsText() {}

    /** Takes one sample. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * A sample of the text.
         *
         * @param labels {@code name=value} pairs joined by {@code ;}
         */
        void sample(String name, String labels, double value);
    }

    /** Reads all samples; lines that are none are passed over. */
    public static void forEach(String text, Consumer consumer) {
        text.lines().forEach(line -> line(line, consumer));
    }

    /** Whether a sample is worth keeping each second: vLLM's own, without histogram buckets. */
    public static boolean worthKeeping(String name) {
        return name.startsWith("vllm:")
                && !name.endsWith("_bucket")
                && !name.endsWith("_created")
                && !name.endsWith("_info");
    }

    private static void line(String line, Consumer consumer) {
        if (line.isBlank() || line.charAt(0) == '#') {
            return;
        }
        int brace = line.indexOf('{');
        int close = brace < 0 ? -1 : endOfLabels(line, brace + 1);
        int nameEnd = brace < 0 ? line.indexOf(' ') : brace;
        if (nameEnd <= 0 || (brace >= 0 && close < 0)) {
            return;
        }
        String[] fields = line.substring(Math.max(close + 1, nameEnd)).strip().split(" ", 2);
        try {
            double value = Double.parseDouble(fields[0].replace("Inf", "Infinity"));
            String labels = brace < 0 ? "" : labels(line.substring(brace + 1, close));
            consumer.sample(line.substring(0, nameEnd), labels, value);
        } catch (NumberFormatException e) {
            // Not a sample.
        }
    }

    private static int endOfLabels(String line, int from) {
        boolean quoted = false;
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '}' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static String labels(String inBraces) {
        StringBuilder labels = new StringBuilder(inBraces.length());
        boolean quoted = false;
        for (int i = 0; i < inBraces.length(); i++) {
            char c = inBraces.charAt(i);
            if (c == '\\' && quoted && i + 1 < inBraces.length()) {
                labels.append(inBraces.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                labels.append(';');
            } else {
                labels.append(c);
            }
        }
        return labels.toString();
    }
}
