package dev.shakedown.simulator.ray;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flags of an entrypoint, as {@code --nodes 2} or {@code --nodes=2}. */
final class JobFlags {
    private final Map<String, String> flags = new HashMap<>();

    JobFlags(String entrypoint) {
        String[] words = entrypoint.replace("'", "").replace("=", " ").split("\\s+", -1);
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].startsWith("--")) {
                flags.put(words[i].substring(2), words[i + 1]);
            }
        }
    }

    /**
     * @throws NumberFormatException if the flag's value is no number
     */
    long whole(String name, long otherwise) {
        String value = flags.get(name);
        return value == null ? otherwise : Math.round(Double.parseDouble(value));
    }

    /** Where 0, too, means all of them. */
    int orAll(String name, int all) {
        @Nullable String value = flags.get(name);
        int asked = value == null ? 0 : Integer.parseInt(value);
        return asked == 0 ? all : asked;
    }
}
