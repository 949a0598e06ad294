package io.github.camelroboflow.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.inference.InferenceOption.Reader;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InferenceOptionTest {

    private static final String ROOT = "io.github.camelroboflow.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT.substring(0, ROOT.length() - 1));

    static List<InferenceOption<?>> options() {
        return InferenceOption.all();
    }

    @ParameterizedTest
    @MethodSource("options")
    void anOptionDeclaresThePartsThatReadIt(InferenceOption<?> option) {
        Set<Reader> found = EnumSet.noneOf(Reader.class);
        String constant = constant(option);
        CLASSES.stream().filter(type -> reads(type, constant)).forEach(type -> {
            if (type.getPackageName().startsWith(ROOT + "embedded")) {
                found.add(Reader.EMBEDDED);
            } else if (type.getPackageName().startsWith(ROOT + "hosted")) {
                found.add(Reader.HOSTED);
            } else if (type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(uses -> uses.getTargetClass().isEquivalentTo(AnnotationStyle.class))) {
                found.add(Reader.VISUALIZATION);
            }
        });
        if (option.queryParameter() != null) {
            // servers get every option that has a parameter
            found.add(Reader.HOSTED);
        }

        assertThat(option.readers()).isEqualTo(found);
    }

    private static boolean reads(JavaClass type, String constant) {
        return type.getFieldAccessesFromSelf().stream().anyMatch(access -> access.getTarget().getName().equals(constant)
                && access.getTargetOwner().isEquivalentTo(InferenceOption.class));
    }

    private static String constant(InferenceOption<?> option) {
        return Arrays.stream(InferenceOption.class.getFields()).filter(field -> value(field) == option).findFirst().orElseThrow()
                .getName();
    }

    private static Object value(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void equalOptionsHaveEqualFingerprintsAndOthersHaveNot() {
        InferenceOptions options = InferenceOptions.DEFAULTS.with(InferenceOption.CLASSES, List.of("b", "a"));

        assertThat(options.fingerprint()).isEqualTo(InferenceOptions.DEFAULTS.with(InferenceOption.CLASSES, List.of("a", "b"))
                .fingerprint()).isNotEqualTo(InferenceOptions.DEFAULTS.fingerprint());
        assertThat(options.with(InferenceOption.CLASSES, List.of("a,b")).fingerprint()).isNotEqualTo(options.fingerprint());
        assertThat(options.with(InferenceOption.CLASSES, List.of())).isEqualTo(InferenceOptions.DEFAULTS);
    }

    @Test
    void theFingerprintHasWhatChangesAResult() {
        assertThat(InferenceOptions.DEFAULTS.fingerprint()).isEqualTo("confidence=0.4&overlap=0.3&maxDetections=300&classes="
                + "&classAgnosticNms=false&disablePreprocAutoOrient=false&disablePreprocContrast=false"
                + "&disablePreprocGrayscale=false&disablePreprocStaticCrop=false");
        assertThat(InferenceOptions.DEFAULTS.with(InferenceOption.TILE, new ImageSize(640, 480))
                .with(InferenceOption.STROKE, 3).with(InferenceOption.MAX_PIXELS, 5L).fingerprint())
                .endsWith("disablePreprocStaticCrop=false&tile=640x480&tileOverlap=0.2");
    }

    @Test
    void aValueOutOfItsRangeIsRefusedByTheNameOfItsOption() {
        assertThatIllegalArgumentException().isThrownBy(() -> InferenceOptions.DEFAULTS.with(InferenceOption.OVERLAP, 1.5))
                .withMessage("overlap=1.5 is out of range: it is a fraction from 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> InferenceOptions.DEFAULTS.with(InferenceOption.FORMAT, null))
                .withMessage("format has no value");
    }
}
