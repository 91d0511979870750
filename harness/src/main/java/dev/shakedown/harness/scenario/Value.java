package dev.shakedown.harness.scenario;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One value of the file under its path. Each reader reports what is wrong and then returns empty,
 * so that reading goes on with the default.
 */
record Value(String path, Node node, Problems problems) {

    Place place() {
        return node.place();
    }

    void complain(String text) {
        problems.add(place(), path + ": " + text);
    }

    Optional<String> text() {
        return scalar("text").flatMap(this::typedText).flatMap(this::clean);
    }

    /** Text that can be part of a file name. */
    Optional<String> name() {
        return looseText()
                .flatMap(
                        text ->
                                text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
                                        ? Optional.of(text)
                                        : wrong(
                                                "\"%s\" cannot be part of a file name; write %s"
                                                        .formatted(
                                                                Words.shorten(text),
                                                                Words.fileName(text))));
    }

    /** Text, or a number or true/false as it stands there. */
    Optional<String> looseText() {
        return scalar("text")
                .flatMap(
                        scalar ->
                                scalar.isNull()
                                        ? wrong("is empty; write something")
                                        : clean(scalar.text()));
    }

    /**
     * Text of a form.
     *
     * @param what it is, in singular
     */
    Optional<String> matching(Pattern allowed, String what) {
        return looseText()
                .flatMap(
                        text ->
                                allowed.matcher(text).matches()
                                        ? Optional.of(text)
                                        : wrong(
                                                "\"%s\" is no %s"
                                                        .formatted(Words.shorten(text), what)));
    }

    /** A path; relative ones count from {@code folder}, or from here if they came by --set. */
    Optional<Path> path(Path folder) {
        Path base = place().line() == 0 ? Path.of("").toAbsolutePath() : folder;
        return text().flatMap(
                        text -> {
                            try {
                                return Optional.of(
                                        text.startsWith("~/")
                                                ? Path.of(System.getProperty("user.home"))
                                                        .resolve(text.substring(2))
                                                : base.resolve(text).normalize());
                            } catch (InvalidPathException e) {
                                return wrong("is no path: " + Words.shorten(e.getReason()));
                            }
                        });
    }

    /** A name, or what is plainly a path ({@code ./} or {@code ../}), as with {@link #path}. */
    Optional<String> nameOrPath(Path folder) {
        return text().flatMap(
                        text ->
                                text.startsWith("./") || text.startsWith("../")
                                        ? path(folder).map(Path::toString)
                                        : Optional.of(text));
    }

    /** The path of a file that is there; relative as with {@link #path}. */
    Optional<Path> readableFile(Path folder) {
        Optional<Path> path = path(folder);
        if (path.isEmpty()) {
            return path;
        }
        if (!Files.isRegularFile(path.get())) {
            return wrong(
                    "there is no file %s; create it or correct the path".formatted(path.get()));
        }
        return Files.isReadable(path.get())
                ? path
                : wrong(
                        "%s cannot be read by this user; check its permissions"
                                .formatted(path.get()));
    }

    /** As {@link #readableFile}, and not empty. */
    Optional<Path> secretFile(Path folder) {
        Optional<Path> path = readableFile(folder);
        return path.isPresent() && path.get().toFile().length() == 0
                ? wrong("%s is empty; put the key on its first line".formatted(path.get()))
                : path;
    }

    Optional<Integer> count(int least, int most) {
        return whole(least, most).map(Long::intValue);
    }

    Optional<Long> whole(long least, long most) {
        return scalar("a whole number").flatMap(scalar -> whole(scalar, least, most));
    }

    Optional<Boolean> flag() {
        return scalar("true or false")
                .flatMap(
                        scalar ->
                                scalar.isBoolean()
                                        ? Optional.of(Boolean.parseBoolean(scalar.text()))
                                        : wrong(
                                                "must be true or false, not "
                                                        + scalar.description()));
    }

    /** Between 0 and 1, both included. */
    Optional<Double> share() {
        return scalar("a number between 0 and 1").flatMap(this::share);
    }

    /** Above 0 and at most so much. */
    Optional<Double> positive(int most) {
        return scalar("a number above 0").flatMap(scalar -> positive(scalar, most));
    }

    Optional<Duration> duration() {
        return quantity("a duration like 30s", Quantity::duration);
    }

    Optional<Duration> positiveDuration() {
        return duration()
                .filter(
                        duration -> {
                            if (duration.isZero()) {
                                complain("must be longer than " + raw());
                            }
                            return !duration.isZero();
                        });
    }

    Optional<Double> rate() {
        return quantity("a rate like 25/s", Quantity::rate);
    }

    /** One of some words; those of {@code notBuilt} are known and refused with that reason. */
    <T> Optional<T> oneOf(Map<String, T> known, List<String> notBuilt) {
        Optional<String> word =
                scalar("one of " + String.join(", ", known.keySet())).map(Node.Scalar::text);
        if (word.isEmpty()) {
            return Optional.empty();
        }
        if (notBuilt.contains(word.get())) {
            return wrong(
                    "%s is not built yet; use %s"
                            .formatted(word.get(), alternatives(List.copyOf(known.keySet()))));
        }
        Optional<T> choice = Optional.ofNullable(known.get(word.get()));
        return choice.isPresent()
                ? choice
                : wrong(
                        "\"%s\" is not known%s"
                                .formatted(
                                        Words.shorten(word.get()),
                                        Words.hint(word.get(), known.keySet())));
    }

    /** As {@link #oneOf}, for words that change nothing (yet). */
    void requireOneOf(List<String> known, List<String> notBuilt) {
        Map<String, String> words = new LinkedHashMap<>();
        known.forEach(word -> words.put(word, word));
        Optional<String> _ = oneOf(words, notBuilt);
    }

    Optional<Fields> map() {
        return switch (node) {
            case Node.Mapping mapping -> Optional.of(new Fields(path, mapping, problems));
            case Node.Refused _ -> Optional.empty();
            case Node.Scalar _, Node.Sequence _ ->
                    wrong("must be a map of keys and values, not " + node.description());
        };
    }

    Optional<List<Value>> list() {
        return switch (node) {
            case Node.Sequence sequence ->
                    Optional.of(
                            sequence.items().stream()
                                    .map(item -> new Value(path, item, problems))
                                    .toList());
            case Node.Refused _ -> Optional.empty();
            case Node.Scalar _, Node.Mapping _ ->
                    wrong("must be a list like [a, b], not " + node.description());
        };
    }

    /** The scalar's text as written; what messages quote. */
    String raw() {
        return node instanceof Node.Scalar scalar
                ? Words.shorten(scalar.text())
                : node.description();
    }

    <T> Optional<T> wrong(String text) {
        complain(text);
        return Optional.empty();
    }

    private Optional<Node.Scalar> scalar(String expected) {
        return switch (node) {
            case Node.Scalar scalar -> Optional.of(scalar);
            case Node.Refused _ -> Optional.empty();
            case Node.Mapping _, Node.Sequence _ ->
                    wrong("must be " + expected + ", not " + node.description());
        };
    }

    private Optional<String> typedText(Node.Scalar scalar) {
        if (!scalar.isText()) {
            return wrong("must be text; write \"" + scalar.text() + "\" in quotes");
        }
        return scalar.text().isBlank()
                ? wrong("is empty; write something")
                : Optional.of(scalar.text().strip());
    }

    private Optional<String> clean(String text) {
        return text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')
                ? wrong("holds a control character; remove it")
                : Optional.of(text);
    }

    private Optional<Long> whole(Node.Scalar scalar, long least, long most) {
        String text = scalar.text();
        if (text.matches("[-+]?[0-9]+(_[0-9]+)+")) {
            return wrong(
                    text + " is text in YAML 1.2; write " + text.replace("_", "") + " without _");
        }
        if (!scalar.plain() && text.matches("[-+]?[0-9]+")) {
            return wrong("must be a whole number; write " + text + " without quotes");
        }
        if (!scalar.isInteger()) {
            return wrong("must be a whole number, not " + scalar.description());
        }
        BigInteger number = integer(text);
        if (number.compareTo(BigInteger.valueOf(least)) < 0) {
            return wrong("must be at least " + least + ", not " + Words.shorten(text));
        }
        if (number.compareTo(BigInteger.valueOf(most)) > 0) {
            return wrong("must be at most " + most + ", not " + Words.shorten(text));
        }
        return Optional.of(number.longValue());
    }

    private static BigInteger integer(String text) {
        if (text.startsWith("0x")) {
            return new BigInteger(text.substring(2), 16);
        }
        return text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
    }

    private Optional<Double> share(Node.Scalar scalar) {
        if (scalar.text().matches("[0-9.]+ ?%")) {
            String percent = scalar.text().replace("%", "").strip();
            return wrong(
                    "must be a number between 0 and 1; write %s for %s"
                            .formatted(
                                    Quantity.plain(new BigDecimal(percent).movePointLeft(2)),
                                    scalar.text()));
        }
        if (!scalar.isNumber()) {
            return wrong("must be a number between 0 and 1, not " + scalar.description());
        }
        double number = number(scalar.text());
        return number >= 0 && number <= 1
                ? Optional.of(number)
                : wrong("must be between 0 and 1, not " + Words.shorten(scalar.text()));
    }

    private Optional<Double> positive(Node.Scalar scalar, int most) {
        if (!scalar.isNumber()) {
            return wrong("must be a number above 0, not " + scalar.description());
        }
        double number = number(scalar.text());
        return number > 0 && number <= most
                ? Optional.of(number)
                : wrong(
                        "must be above 0 and at most %d, not %s"
                                .formatted(most, Words.shorten(scalar.text())));
    }

    private static double number(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.endsWith("inf") || lower.endsWith("nan")) {
            return Double.NaN;
        }
        return lower.startsWith("0x") || lower.startsWith("0o")
                ? integer(text).doubleValue()
                : Double.parseDouble(text);
    }

    private <T> Optional<T> quantity(
            String expected, Function<String, Quantity.Reading<T>> reader) {
        return scalar(expected)
                .flatMap(
                        scalar -> {
                            Quantity.Reading<T> reading = reader.apply(scalar.text());
                            return reading.value().isPresent()
                                    ? reading.value()
                                    : wrong(reading.complaint());
                        });
    }

    private static String alternatives(List<String> words) {
        return words.size() == 1
                ? words.getFirst()
                : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
    }
}
