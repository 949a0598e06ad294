package io.github.camelroboflow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the packages and their imports, which go one way. */
class ArchitectureTest {

    private static final String ROOT = "io.github.camelroboflow";
    private static final Path MAIN = Path.of("src/main/java");
    private static final int MOST_FILES = 516;
    private static final int MOST_FILES_IN_A_FOLDER = 25;
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT);

    /** Each package with the packages that it may import. {@code x.*} stands for {@code x} and its sub-packages. */
    private static final Map<String, Set<String>> IMPORTS = parse("""
            inference.geometry     :
            inference              : inference.geometry
            inference.support      : inference
            condition              : inference.*
            condition.camel        : condition inference.*
            http                   : inference.*
            hosted.http            : http inference.*
            hosted.inference       : hosted.http inference.*
            hosted.weights         : hosted.http inference.*
            hosted.upload          : hosted.http inference.*
            hosted.workflow        : hosted.http inference.*
            hosted                 : hosted.http hosted.inference inference.*
            pixels                 : inference.*
            embedded.image         : pixels inference.*
            embedded.preprocessing : embedded.image pixels inference.*
            embedded.model         : embedded.preprocessing embedded.image inference.*
            embedded.session       : embedded.model embedded.preprocessing pixels inference.*
            embedded.decode        : embedded.session embedded.model embedded.preprocessing embedded.image inference.*
            embedded.tiling        : embedded.decode embedded.session embedded.preprocessing embedded.image pixels inference.*
            embedded               : embedded.* pixels inference.*
            annotate               : pixels inference.*
            export                 : inference.*
            server                 : annotate http inference.*
            delivery.disk          : inference.*
            delivery.source        : inference.*
            delivery.database      : delivery.disk inference.*
            delivery.failure       : delivery.database delivery.source inference.*
            delivery.route         : delivery.failure delivery.source inference.*
            delivery.folder        : delivery.route delivery.failure delivery.source delivery.disk inference.*
            delivery.bucket.client : delivery.failure delivery.disk inference.*
            delivery.bucket.azure  : delivery.bucket.client delivery.failure inference.*
            delivery.bucket.s3     : delivery.bucket.client delivery.failure inference.*
            delivery.bucket        : delivery.bucket.client delivery.route delivery.failure delivery.source delivery.database \
            delivery.disk inference.*
            delivery.outbox        : delivery.folder delivery.route delivery.failure delivery.source delivery.database \
            delivery.disk http inference.*
            delivery.destination   : delivery.outbox delivery.bucket.* delivery.route delivery.failure delivery.source \
            delivery.database delivery.disk annotate http inference.*
            delivery.scale         : delivery.database delivery.disk inference.*
            delivery.scale.work    : delivery.scale delivery.folder delivery.bucket delivery.route delivery.failure \
            delivery.source delivery.disk inference.*
            delivery.scale.dispatch : delivery.scale delivery.folder delivery.bucket delivery.bucket.client inference.*
            delivery               : delivery.folder delivery.route
            component              : condition.* hosted.* embedded.* annotate server inference.*
            component.server       : component condition.* server inference.*
            component.upload       : component condition.* hosted.* inference.*
            component.workflow     : component hosted.* inference.*
            component.springboot   : component component.server component.upload component.workflow inference.*
            app.launch             :
            app.settings           : delivery.* component.* export inference.*
            app.validation         : app.settings delivery.* component.* inference.*
            app.status             : delivery.* component.* condition.* inference.*
            app.page               : app.settings app.status delivery.* component condition.* annotate server inference.*
            app.batch              : app.settings app.status delivery.* component.* export annotate inference.*
            app                    : app.* delivery.* component.* condition.* embedded.session inference.*
            """);

    private static final Set<String> WITH_CAMEL = Set.of("condition.camel", "export", "delivery", "component", "app");

    private static Map<String, Set<String>> parse(String lines) {
        return lines.lines().map(line -> line.split(":", -1)).collect(Collectors.toMap(parts -> parts[0].strip(),
                parts -> Stream.of(parts[1].strip().split(" ")).filter(name -> !name.isEmpty()).collect(Collectors.toSet())));
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
    }

    private static boolean isAllowed(String from, String to) {
        return from.equals(to) || IMPORTS.getOrDefault(from, Set.of()).stream().anyMatch(allowed -> allowed.endsWith(".*")
                ? (to + ".").startsWith(allowed.substring(0, allowed.length() - 1)) : allowed.equals(to));
    }

    @Test
    void aPackageImportsOnlyWhatItMay() {
        Set<String> others = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(ROOT) && !isAllowed(packageOf(type), packageOf(target))) {
                    others.add(packageOf(type) + " imports " + packageOf(target) + ": " + dependency.getDescription());
                }
            }
        }

        assertThat(others).isEmpty();
    }

    @Test
    void everyPackageIsInTheTableAndNoOther() {
        assertThat(CLASSES.stream().map(ArchitectureTest::packageOf).collect(Collectors.toSet())).isEqualTo(IMPORTS.keySet());
    }

    @Test
    void onlyTheCamelPackagesKnowCamel() {
        noClasses().that(DescribedPredicate.describe("are in no package with Camel", type -> WITH_CAMEL.stream()
                .noneMatch(name -> (packageOf(type) + ".").startsWith(name + "."))))
                .should().dependOnClassesThat().resideInAPackage("org.apache.camel..").check(CLASSES);
    }

    /** Quarkus adds the routes of such classes to every application that has the library, which then could not start. */
    @Test
    void noPublicClassBuildsRoutes() {
        noClasses().that().arePublic().should().beAssignableTo("org.apache.camel.RoutesBuilder").check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));

        assertThat(packages).allSatisfy(name -> assertThat(MAIN.resolve(name.replace('.', '/')).resolve("package-info.java"))
                .content().contains("/**"));
    }

    @Test
    void foldersAreSmallAndEachSimpleNameStandsForOneClass() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(MAIN)) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        Map<Path, Integer> folders = new TreeMap<>();
        Map<String, Integer> names = new HashMap<>();
        for (Path file : files) {
            folders.merge(file.getParent(), 1, Integer::sum);
            names.merge(file.getFileName().toString(), 1, Integer::sum);
        }
        names.remove("package-info.java");

        assertThat(files).hasSizeLessThanOrEqualTo(MOST_FILES);
        assertThat(folders).allSatisfy((folder, count) -> assertThat(count).as(folder.toString())
                .isLessThanOrEqualTo(MOST_FILES_IN_A_FOLDER));
        assertThat(names).allSatisfy((name, count) -> assertThat(count).as(name).isEqualTo(1));
    }
}
