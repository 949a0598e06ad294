package io.github.camelroboflow.delivery.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageNameFilterTest {

    private static final List<String> ALL = List.of("a.jpg", "line-1/b.PNG", "line-1/deep/c.jpg", "line-2/d.jpg",
            "notes.txt", "jpg");

    private static List<String> accepted(String include, String exclude) {
        ImageNameFilter names = new ImageNameFilter("jpg,png", include, exclude);
        return ALL.stream().filter(names::accept).toList();
    }

    @Test
    void withoutPatternsAllImagesAreWanted() {
        assertThat(accepted("", "")).containsExactly("a.jpg", "line-1/b.PNG", "line-1/deep/c.jpg", "line-2/d.jpg", "jpg");
    }

    @Test
    void patternsSayWhichImagesAreWanted() {
        assertThat(accepted("line-1/**", "")).containsExactly("line-1/b.PNG", "line-1/deep/c.jpg");
        assertThat(accepted("*.jpg , line-2/*", "")).containsExactly("a.jpg", "line-2/d.jpg");
        assertThat(accepted("", "**/deep/**,a*")).containsExactly("line-1/b.PNG", "line-2/d.jpg", "jpg");
        assertThat(accepted("line-1/**", "**/*.jpg")).containsExactly("line-1/b.PNG");
    }
}
