package dev.shakedown.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The release carries only the JDK modules that the pom lists; a missing one would show late. */
class ArchiveModulesTest {
    private static final Pattern LISTED = Pattern.compile("<archive\\.modules>(.*)</archive");
    private static final Pattern OURS = Pattern.compile("/target/classes$|/shakedown[^/]*\\.jar$");
    private static final Pattern USED = Pattern.compile("-> ((?:java|jdk)\\.[a-z.]+)");

    @Test
    void everyModuleThatOurClassesUseIsInTheArchive() throws IOException {
        assertThat(listed()).contains("java.desktop").containsAll(usedBy(ourClasses()));
    }

    private static Set<String> listed() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        return LISTED.matcher(pom)
                .results()
                .flatMap(match -> Stream.of(match.group(1).split(",")))
                .collect(Collectors.toSet());
    }

    /** Folders in a build of the module tree, jars where one module is built alone. */
    private static Stream<String> ourClasses() {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .filter(entry -> OURS.matcher(entry).find());
    }

    private static Set<String> usedBy(Stream<String> classes) {
        StringWriter output = new StringWriter();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        Stream<String> options = Stream.of("-s", "--ignore-missing-deps", "--multi-release", "25");
        PrintWriter writer = new PrintWriter(output);
        jdeps.run(writer, writer, Stream.concat(options, classes).toArray(String[]::new));
        Set<String> used =
                USED.matcher(output.toString())
                        .results()
                        .map((MatchResult match) -> match.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(used).as(output.toString()).contains("java.base", "java.desktop");
        return used;
    }
}
