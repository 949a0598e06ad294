package io.github.camelroboflow.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.settings.Settings.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shipped file has each property, with its comment and value, and each of them is read by somebody. */
class PropertiesFileTest {

    private static final Path FILE = Path.of("config/application.properties");
    private static final int WIDTH = 130;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([\\w.]+)");
    /** Read by the application itself, before there are settings. */
    private static final Set<String> OF_THE_START = Set.of("conditions.unknownClasses", "webhook.secretFile", "queue.passwordFile",
            "mail.passwordFile", "mqtt.passwordFile", "azure.connectionStringFile", "delivery.database.passwordFile",
            "page.passwordFile", "log.format");

    @Test
    void theFileIsWrittenAsThePropertiesAreDeclared() throws IOException {
        List<String> lines = new ArrayList<>(List.of("# The configuration of camel-roboflow. Set any property here or at the start:"
                + " mvn -q -Dinbox=/srv/images"));
        for (Property<?> property : Settings.properties()) {
            if (!property.comment().isEmpty()) {
                property.comment().lines().forEach(paragraph -> {
                    if (paragraph.startsWith("---")) {
                        lines.add("");
                    }
                    addWrapped(lines, paragraph);
                });
            }
            lines.add((property.isRepeated() ? "#" + property.of("line-1").name() : property.name()) + "=" + property.shipped());
        }

        assertThat(Files.readAllLines(FILE)).containsExactlyElementsOf(lines);
    }

    private static void addWrapped(List<String> lines, String paragraph) {
        String rest = paragraph;
        while (rest.length() > WIDTH - 2) {
            int end = rest.lastIndexOf(' ', WIDTH - 2);
            lines.add("# " + rest.substring(0, end));
            rest = rest.substring(end + 1);
        }
        lines.add("# " + rest);
    }

    @Test
    void eachOfOursIsRead() throws IOException {
        Set<String> read = new HashSet<>(OF_THE_START);
        Settings.of(name -> {
            read.add(name);
            return Optional.empty();
        });
        for (Path folder : List.of(Path.of("routes"), Path.of("src/main/resources/kamelets"), FILE)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    PLACEHOLDER.matcher(Files.readString(file)).results().map((MatchResult place) -> place.group(1))
                            .forEach(read::add);
                }
            }
        }

        assertThat(Settings.properties().stream().filter(property -> property.isOurs() && !property.isRepeated())
                .map(Property::name)).isSubsetOf(read);
    }
}
