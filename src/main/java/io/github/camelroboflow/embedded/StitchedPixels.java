package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The classes of an image's pixels, each by the tile whose middle is nearest; background where none is. */
final class StitchedPixels implements TiledResult {

    private final List<String> classNames;
    private final InferenceOptions options;
    private final List<Region> tiles;
    private final List<Region> shares;
    private final Plane mask;
    private final Plane confidences;

    StitchedPixels(ImageSize image, TileGrid grid, List<String> classNames, InferenceOptions options) {
        this.classNames = classNames;
        this.options = options;
        tiles = grid.tiles();
        shares = grid.shares();
        mask = new Plane(image, new byte[Math.toIntExact(image.area())]);
        confidences = new Plane(image, new byte[mask.values().length]);
        Arrays.fill(mask.values(), (byte) SemanticSegmentationDecoder.background(classNames));
    }

    @Override
    public InferenceOptions asked() {
        return options;
    }

    @Override
    public boolean wantsWhole() {
        return false;
    }

    @Override
    public void addWhole(Inference found, int factor) {
        throw new UnsupportedOperationException("the tiles tell all pixels");
    }

    /** Needs no lock, as shares have no pixel in common. */
    @Override
    public void addTile(int index, Inference found) {
        SemanticSegmentation segmentation = (SemanticSegmentation) found;
        copy(segmentation.mask(), tiles.get(index), shares.get(index), mask);
        copy(segmentation.confidenceMask(), tiles.get(index), shares.get(index), confidences);
    }

    private static void copy(Plane from, Region tile, Region share, Plane to) {
        for (int y = share.top(); y < share.top() + share.height(); y++) {
            System.arraycopy(from.values(), (y - tile.top()) * tile.width() + share.left() - tile.left(), to.values(),
                    y * to.size().width() + share.left(), share.width());
        }
    }

    @Override
    public SemanticSegmentation merged(Function<ImageSize, InferenceInfo> info) {
        Map<Integer, String> classMap = IntStream.range(0, classNames.size()).boxed()
                .collect(Collectors.toMap(Function.identity(), classNames::get));
        return new SemanticSegmentation(info.apply(mask.size()), classMap, mask, confidences);
    }
}
