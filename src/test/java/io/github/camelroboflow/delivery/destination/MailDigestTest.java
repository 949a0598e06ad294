package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailDigestTest {

    private static MailDigest image(String name, String time, Map<String, Long> classes) {
        return new MailDigest("camera@example.com", "ops@example.com", "${counts} in ${image}", 20, 1, time, time, classes,
                List.of(name));
    }

    @Test
    void countsImagesAndClassesAndNamesTheFirst() {
        MailDigest digest = image("0.jpg", "2026-01-01T10:00:00Z", Map.of("gear", 1L));
        for (int i = 1; i < 1500; i++) {
            digest = image(i + ".jpg", "2026-01-01T10:59:59Z", Map.of("gear", 2L, "bolt", 1L))
                    .after(MailDigest.read(digest.json()));
        }

        assertThat(digest.subjectLine()).isEqualTo("2,999 gear, 1,499 bolt in 1,500 more images");
        Map<String, String> lines = digest.content().lines();
        assertThat(lines).containsEntry("From", "2026-01-01 10:00 UTC").containsEntry("To", "2026-01-01 10:59 UTC");
        assertThat(lines.get("Images")).startsWith("0.jpg, 1.jpg, ").endsWith("9.jpg and 1,490 others");
    }

    @Test
    void isBoundedWhateverTheNamesAre() {
        MailDigest digest = image("a".repeat(4000), "2026-01-01T10:00:00Z", Map.of());
        for (int i = 0; i < 300; i++) {
            digest = image("b".repeat(4000), "2026-01-01T10:00:00Z", Map.of("c" + i + "d".repeat(4000), 1L)).after(digest);
        }

        assertThat(digest.json()).hasSizeLessThan(20_000);
        assertThat(digest.classes().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(300);
    }

    @Test
    void anImageWithoutDetectionsHasNothing() {
        assertThat(image("a.jpg", "2026-01-01T10:00:00Z", Map.of()).subjectLine()).isEqualTo("nothing in 1 more image");
    }
}
