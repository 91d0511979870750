package dev.shakedown.reports.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Opens reports as {@link ReportsRealIT} does, says what is wrong with them, and leaves pictures of
 * both themes and of paper in a folder: {@code LookInBrowser FOLDER [PAGE...]}. Without pages,
 * those of the test.
 */
public final class LookInBrowser {
    private LookInBrowser() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        Path profile = Files.createTempDirectory("shakedown-chromium");
        List<Path> pages = Stream.of(args).skip(1).map(Path::of).toList();
        if (pages.isEmpty()) {
            pages = new Pages(folder.resolve("runs")).all();
        }
        Axe axe = Axe.fetch();
        try (Chromium browser = Chromium.start(Chromium.installed().orElseThrow(), profile)) {
            for (Path page : pages) {
                for (Tab.Scheme scheme : Tab.Scheme.values()) {
                    look(browser, axe, page, scheme, folder);
                }
            }
        }
    }

    private static void look(Chromium browser, Axe axe, Path page, Tab.Scheme scheme, Path folder)
            throws Exception {
        Path file = page.toAbsolutePath().normalize();
        String name = file.getParent().getFileName() + "-" + file.getFileName();
        Tab tab = browser.open(file.toUri(), scheme);
        Path picture = folder.resolve(name + "-" + scheme.name().toLowerCase(Locale.ROOT));
        Files.write(Path.of(picture + ".png"), tab.screenshot());
        if (scheme == Tab.Scheme.LIGHT) {
            Files.write(folder.resolve(name + ".pdf"), tab.pdf());
        }
        System.out.println(page + " " + scheme + " " + Files.size(file) + " bytes");
        tab.misdeeds().forEach(System.out::println);
        axe.all(tab).forEach(System.out::println);
    }
}
