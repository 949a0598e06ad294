package io.github.camelroboflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the walks through the code in CONTRIBUTING.md. */
class WalksTest {

    private static final int MOST_CLASSES = 12;
    private static final Pattern STEP = Pattern.compile("\\d+\\. `([\\w.-]+)`: .+");

    @Test
    void aWalkLeadsThroughAtMostADozenClassesThatExist() throws IOException {
        Set<String> files;
        try (Stream<Path> all = Stream.concat(Files.walk(Path.of("src/main")), Files.walk(Path.of("routes")))) {
            files = all.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
        Map<String, List<String>> walks = walks();

        assertThat(walks).hasSize(4).allSatisfy((walk, steps) -> {
            assertThat(steps).as(walk).isNotEmpty().hasSizeLessThanOrEqualTo(MOST_CLASSES);
            assertThat(steps).as(walk).allSatisfy(step -> assertThat(files).contains(step.contains(".") ? step : step + ".java"));
        });
    }

    private static Map<String, List<String>> walks() throws IOException {
        String page = Files.readString(Path.of("CONTRIBUTING.md"));
        String section = page.substring(page.indexOf("## Four walks"), page.indexOf("## Glossary"));
        Map<String, List<String>> walks = new LinkedHashMap<>();
        List<String> steps = new ArrayList<>();
        for (String line : section.lines().toList()) {
            if (line.startsWith("### ")) {
                steps = new ArrayList<>();
                walks.put(line, steps);
            }
            Matcher step = STEP.matcher(line);
            if (step.matches()) {
                steps.add(step.group(1));
            }
        }
        return walks;
    }
}
