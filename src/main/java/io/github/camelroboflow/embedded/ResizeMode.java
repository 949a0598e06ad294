package io.github.camelroboflow.embedded;

/** How an image of any size becomes one of the network's size. */
enum ResizeMode {

    /** Both sides are scaled to fit; the proportions change. */
    STRETCH,

    /** Scaled until it fits, then centred on a plane of one colour. */
    LETTERBOX,

    /** Scaled until it fits, without padding: as no network takes every size, each family has its own way instead. */
    FIT_WITHIN,

    /** Not scaled: the middle is cut out, or what is missing is padded. */
    CENTER_CROP,

    /** The middle is cut out, as much as there is in the network's proportions, and scaled. */
    COVER
}
