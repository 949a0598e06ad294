package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceOptions;
import java.util.function.Function;

/** Collects what a model gives for the tiles of an image, in any order and from any thread. */
interface TiledResult {

    /** What the model is to be asked, but for the static crop of tiles. */
    InferenceOptions asked();

    /** Whether it makes use of what the model gives for the whole image. */
    boolean wantsWhole();

    /** @param factor how many of the image's pixels, each way, are one of the picture that was used */
    void addWhole(Inference found, int factor);

    /** @param index of the tile in its grid */
    void addTile(int index, Inference found);

    /** The result for the image, when all has been added. */
    Inference merged(Function<ImageSize, InferenceInfo> info);
}
