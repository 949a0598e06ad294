package io.github.camelroboflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the house and the arrows between them. */
class ArchitectureTest {

    private static final String ROOT = "io.github.camelroboflow";
    private static final JavaClasses OURS = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** Each room with the rooms that it may import. */
    private enum Room {
        INFERENCE("inference"),
        CONDITION("condition", INFERENCE),
        CONDITION_CAMEL("condition.camel", CONDITION, INFERENCE),
        HTTP("http", INFERENCE),
        HOSTED("hosted", INFERENCE, HTTP),
        EMBEDDED("embedded", INFERENCE),
        ANNOTATE("annotate", INFERENCE),
        EXPORT("export", INFERENCE),
        SERVER("server", INFERENCE, ANNOTATE, HTTP),
        DELIVERY("delivery", INFERENCE, ANNOTATE, HTTP),
        COMPONENT("component", INFERENCE, CONDITION, CONDITION_CAMEL, HOSTED, EMBEDDED, ANNOTATE, EXPORT, SERVER),
        APP("app", INFERENCE, CONDITION, CONDITION_CAMEL, HOSTED, EMBEDDED, ANNOTATE, EXPORT, SERVER, DELIVERY, COMPONENT);

        private static final Set<Room> WITH_CAMEL = Set.of(CONDITION_CAMEL, EXPORT, DELIVERY, COMPONENT, APP);

        private final String name;
        private final List<Room> mayImport;

        Room(String name, Room... mayImport) {
            this.name = name;
            this.mayImport = List.of(mayImport);
        }

        private boolean holds(JavaClass type) {
            return room(type) == this;
        }
    }

    /** The room of a class by the longest name that fits; {@code null} if it isn't ours. */
    private static Room room(JavaClass type) {
        String packageName = type.getPackageName();
        return Arrays.stream(Room.values())
                .filter(room -> (packageName + ".").startsWith(ROOT + "." + room.name + "."))
                .max((a, b) -> a.name.length() - b.name.length()).orElse(null);
    }

    private static DescribedPredicate<JavaClass> in(Room room) {
        return DescribedPredicate.describe("in " + room.name, room::holds);
    }

    @ParameterizedTest
    @EnumSource
    void aRoomImportsOnlyFromTheRoomsBelowIt(Room from) {
        classes().that(in(from)).should().onlyDependOnClassesThat(DescribedPredicate.describe(
                "are in " + from.name + " or in " + from.mayImport.stream().map(room -> room.name).toList() + " or are not ours",
                type -> !type.getPackageName().startsWith(ROOT) || room(type) == from || from.mayImport.contains(room(type))))
                .allowEmptyShould(true).check(OURS);
    }

    static Stream<Room> roomsWithoutCamel() {
        return Arrays.stream(Room.values()).filter(room -> !Room.WITH_CAMEL.contains(room));
    }

    @ParameterizedTest
    @MethodSource("roomsWithoutCamel")
    void aRoomWithoutCamelDoesNotKnowIt(Room room) {
        noClasses().that(in(room)).should().dependOnClassesThat().resideInAPackage("org.apache.camel..").allowEmptyShould(true)
                .check(OURS);
    }

    @Test
    void everyClassIsInARoom() {
        assertThat(OURS).isNotEmpty().allSatisfy(type -> assertThat(room(type)).as(type.getName()).isNotNull());
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> packages = OURS.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));

        assertThat(packages).allSatisfy(name -> assertThat(Path.of("src/main/java", name.split("\\."))
                .resolve("package-info.java")).content().contains("/**"));
    }
}
