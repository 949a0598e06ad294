package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** RF-DETR, for detection and for instance segmentation: told by its type or by its outputs' names. */
final class RfDetrFamily implements ModelFamily {

    /** The name that Roboflow gives the class of no object. */
    private static final String BACKGROUND = "background_class83422";

    @Override
    public String description() {
        return "dets [1, queries, 4] and labels [1, queries, classes], with or without masks [1, queries, height, width], as"
                + " RF-DETR is exported";
    }

    @Override
    public Optional<OutputDecoder> decoder(ModelTraits traits) {
        boolean named = traits.outputs().keySet().containsAll(Set.of("dets", "labels"));
        boolean declared = traits.declaration().type().replace("-", "").startsWith("rfdetr");
        List<String> names = List.copyOf(traits.outputs().keySet());
        int boxes = named ? names.indexOf("dets") : 0;
        int labels = named ? names.indexOf("labels") : 1;
        int masks = names.contains("masks") ? names.indexOf("masks") : names.size() == 3 ? 2 : -1;
        if (!named && !declared || !detects(traits.shape(boxes), traits.shape(labels))
                || masks >= 0 && !(traits.shape(masks).length == 4 && traits.shape(masks)[1] == traits.shape(boxes)[1])
                || !traits.mayBe(masks >= 0 ? Task.INSTANCE_SEGMENTATION : Task.OBJECT_DETECTION)) {
            return Optional.empty();
        }
        int classes = (int) traits.shape(labels)[2];
        if (classes < traits.classNames().size()) {
            throw new IllegalArgumentException("its outputs " + traits.shapes() + " are made for at most " + classes
                    + " classes, but there are " + traits.classNames().size()
                    + " class names: give it the class_names.txt that belongs to it");
        }
        return Optional.of(decoder(traits, classes, boxes, labels, masks));
    }

    private static boolean detects(long[] boxes, long[] labels) {
        return boxes.length == 3 && labels.length == 3 && boxes[2] == 4 && boxes[1] == labels[1];
    }

    private static RfDetrDecoder decoder(ModelTraits traits, int classes, int boxes, int labels, int masks) {
        Set<String> removed = new HashSet<>(traits.declaration().removedClasses());
        removed.add(BACKGROUND);
        List<String> names = new ArrayList<>();
        int[] classIds = new int[classes];
        for (int i = 0; i < classes; i++) {
            boolean kept = i < traits.classNames().size() && !removed.contains(traits.classNames().get(i));
            classIds[i] = kept ? names.size() : RfDetrDecoder.NO_CLASS;
            if (kept) {
                names.add(traits.classNames().get(i));
            }
        }
        return new RfDetrDecoder(List.copyOf(names), classIds, boxes, labels, masks);
    }
}
