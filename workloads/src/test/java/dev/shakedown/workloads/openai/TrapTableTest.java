package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Keeps {@code docs/traps.md} true: what it names exists, and what there is it names. */
class TrapTableTest {
    private static final Path TABLE = Path.of("..", "docs", "traps.md");
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final List<String> PACKAGES = List.of("openai", "load");

    @Test
    void everyTestThatTheTableNamesExists() throws IOException {
        Set<String> known = new TreeSet<>();
        for (String named : named()) {
            known.addAll(testsOf(named.substring(0, named.indexOf('.'))));
        }
        assertThat(known).containsAll(named());
    }

    @Test
    void everyTrapIsInTheTable() throws IOException {
        assertThat(named()).hasSizeGreaterThan(30).containsAll(testsOf("TrapsTest"));
    }

    @Test
    void everyRowNamesATest() throws IOException {
        assertThat(Files.readAllLines(TABLE))
                .filteredOn(line -> line.startsWith("| ") && !line.matches("\\| (trap|---) .*"))
                .allMatch(row -> NAMED.matcher(row).find());
    }

    private static Set<String> named() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher named = NAMED.matcher(Files.readString(TABLE));
        while (named.find()) {
            names.add(named.group(1) + "." + named.group(2));
        }
        return names;
    }

    private static List<String> testsOf(String simpleName) {
        return PACKAGES.stream()
                .flatMap(name -> type("dev.shakedown.workloads." + name + "." + simpleName))
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(TrapTableTest::isTest)
                .map(method -> simpleName + "." + method.getName())
                .toList();
    }

    private static Stream<Class<?>> type(String name) {
        try {
            return Stream.of(Class.forName(name));
        } catch (ClassNotFoundException elsewhere) {
            return Stream.empty();
        }
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(ParameterizedTest.class);
    }
}
