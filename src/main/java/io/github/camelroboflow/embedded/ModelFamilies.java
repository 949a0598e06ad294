package io.github.camelroboflow.embedded;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out to which family a model belongs. */
final class ModelFamilies {

    /** Tried in this order. */
    private static final List<ModelFamily> ALL = Stream.of(List.<ModelFamily>of(new RfDetrFamily()), YoloFamilies.ALL,
            List.of(ClassificationDecoder.FAMILY, SemanticSegmentationDecoder.FAMILY)).flatMap(List::stream).toList();

    private ModelFamilies() {
    }

    /** @throws IllegalArgumentException if it belongs to none, or its parts don't fit together */
    static OutputDecoder decoder(ModelTraits traits) {
        return ALL.stream().map(family -> family.decoder(traits)).flatMap(Optional::stream).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("its outputs " + traits + " with " + traits.classNames().size()
                        + " class names are of no kind that is supported: "
                        + ALL.stream().map(ModelFamily::description).collect(Collectors.joining("; "))));
    }
}
