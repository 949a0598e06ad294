"""One small convolutional network with a head for each task, and the classifier that shares its backbone.

A feature pyramid in the manner of current one-stage detectors: strides 8, 16 and 32, anchor points
instead of anchor boxes, separate branches for class and box. Tensors are [batch, channels, height,
width]; images are RGB, 0..1.
"""

import torch
from torch import nn
from torch.nn import functional

CLASS_COUNT = 5
SEMANTIC_CLASS_COUNT = 5
KEY_POINT_COUNT = 2
MASK_COEFFICIENT_COUNT = 32
STRIDES = (8, 16, 32)
BACKBONE_WIDTHS = (16, 24, 48, 96, 128)
NECK_WIDTH = 64

DETECTION_HEADS = ("classes", "boxes", "key_points", "mask_coefficients")


class ConvNorm(nn.Module):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, in_channels, out_channels, kernel=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(out_channels, eps=1e-3, momentum=0.03)

    def forward(self, x):
        return functional.relu(self.norm(self.conv(x)), inplace=True)


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = ConvNorm(channels, channels)
        self.second = ConvNorm(channels, channels)

    def forward(self, x):
        return x + self.second(self.first(x))


class SplitBlock(nn.Module):
    """A cross-stage partial block: half of the channels go through residuals, each result is kept."""

    def __init__(self, in_channels, out_channels, depth=1):
        super().__init__()
        self.half = out_channels // 2
        self.enter = ConvNorm(in_channels, 2 * self.half, 1)
        self.residuals = nn.ModuleList(Residual(self.half) for _ in range(depth))
        self.leave = ConvNorm((2 + depth) * self.half, out_channels, 1)

    def forward(self, x):
        parts = list(self.enter(x).split(self.half, 1))
        for residual in self.residuals:
            parts.append(residual(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class Backbone(nn.Module):
    """Features at strides 4, 8, 16 and 32."""

    def __init__(self):
        super().__init__()
        widths = BACKBONE_WIDTHS
        self.stem = ConvNorm(3, widths[0], 3, 2)
        self.stage4 = self._stage(widths[0], widths[1], 1)
        self.stage8 = self._stage(widths[1], widths[2], 2)
        self.stage16 = self._stage(widths[2], widths[3], 2)
        self.stage32 = self._stage(widths[3], widths[4], 1)

    @staticmethod
    def _stage(in_channels, out_channels, depth):
        return nn.Sequential(
            ConvNorm(in_channels, out_channels, 3, 2), SplitBlock(out_channels, out_channels, depth)
        )

    def forward(self, images):
        features4 = self.stage4(self.stem(images))
        features8 = self.stage8(features4)
        features16 = self.stage16(features8)
        return features4, features8, features16, self.stage32(features16)


class Neck(nn.Module):
    """Mixes the strides top-down and bottom-up again; each result has NECK_WIDTH channels."""

    def __init__(self):
        super().__init__()
        width = NECK_WIDTH
        self.lateral32 = ConvNorm(BACKBONE_WIDTHS[4], width, 1)
        self.lateral16 = ConvNorm(BACKBONE_WIDTHS[3], width, 1)
        self.lateral8 = ConvNorm(BACKBONE_WIDTHS[2], width, 1)
        self.down_path16 = SplitBlock(2 * width, width)
        self.down_path8 = SplitBlock(2 * width, width)
        self.shrink8 = ConvNorm(width, width, 3, 2)
        self.up_path16 = SplitBlock(2 * width, width)
        self.shrink16 = ConvNorm(width, width, 3, 2)
        self.up_path32 = SplitBlock(2 * width, width)

    def forward(self, features8, features16, features32):
        top32 = self.lateral32(features32)
        top16 = self.down_path16(torch.cat([_enlarge(top32, 2), self.lateral16(features16)], 1))
        out8 = self.down_path8(torch.cat([_enlarge(top16, 2), self.lateral8(features8)], 1))
        out16 = self.up_path16(torch.cat([self.shrink8(out8), top16], 1))
        out32 = self.up_path32(torch.cat([self.shrink16(out16), top32], 1))
        return out8, out16, out32


class PartsNetwork(nn.Module):
    """Backbone and neck shared by detection, keypoints, instance masks and semantic segmentation."""

    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.neck = Neck()
        self.trunk = ConvNorm(NECK_WIDTH, NECK_WIDTH)
        self.branches = nn.ModuleDict(
            {
                "classes": _branch(32, 3, CLASS_COUNT),
                "boxes": _branch(32, 3, 4),
                "key_points": _branch(48, 1, 3 * KEY_POINT_COUNT),
                "mask_coefficients": _branch(48, 1, MASK_COEFFICIENT_COUNT),
            }
        )
        self.box_scale = nn.Parameter(torch.ones(len(STRIDES)))
        self.pixel_lateral4 = ConvNorm(BACKBONE_WIDTHS[1], 16, 1)
        self.pixel_lateral8 = ConvNorm(NECK_WIDTH, 32, 1)
        self.pixel_mix = ConvNorm(48, 32)
        self.prototypes = nn.Sequential(ConvNorm(32, 32, 1), nn.Conv2d(32, MASK_COEFFICIENT_COUNT, 1))
        self.context = ConvNorm(NECK_WIDTH, 16, 1)
        self.semantic = nn.Sequential(ConvNorm(48, 32), nn.Conv2d(32, SEMANTIC_CLASS_COUNT * 4, 1))
        # Start with a confidence of 1 % everywhere, or the many empty places dominate, and with small boxes.
        nn.init.constant_(self.branches["classes"][1].bias, -4.6)
        nn.init.constant_(self.branches["boxes"][1].bias, 0.8)

    def features(self, images):
        """(stride 4 of the backbone, (strides 8, 16, 32 of the neck))."""
        features4, features8, features16, features32 = self.backbone(images)
        return features4, self.neck(features8, features16, features32)

    def detect(self, pyramid, heads=DETECTION_HEADS):
        """The named heads' raw outputs, each [batch, channels, points], over all strides."""
        outputs = {head: [] for head in heads}
        for level, features in enumerate(pyramid):
            shared = self.trunk(features)
            for head in heads:
                output = self.branches[head](shared)
                if head == "boxes":
                    output = output * self.box_scale[level]
                outputs[head].append(output.flatten(2))
        return {head: torch.cat(levels, 2) for head, levels in outputs.items()}

    def segment(self, features4, pyramid):
        """Mask prototypes [batch, 32, h / 4, w / 4] and semantic logits [batch, 5, h / 2, w / 2]."""
        pixels = self.pixel_features(features4, pyramid)
        return self.prototypes(pixels), self.semantic_logits(pixels, pyramid)

    def pixel_features(self, features4, pyramid):
        """Features that both kinds of segmentation start from, [batch, 32, height / 4, width / 4]."""
        fine = self.pixel_lateral4(features4)
        coarse = _enlarge(self.pixel_lateral8(pyramid[0]), 2)
        return self.pixel_mix(torch.cat([fine, coarse], 1))

    def semantic_logits(self, pixels, pyramid):
        context = self.context(pyramid[2])
        context = functional.interpolate(context, scale_factor=8.0, mode="bilinear", align_corners=False)
        return functional.pixel_shuffle(self.semantic(torch.cat([pixels, context], 1)), 2)

    def forward(self, images):
        """All outputs, for training: heads, prototypes, semantic logits, anchor points and strides."""
        features4, pyramid = self.features(images)
        prototypes, semantic_logits = self.segment(features4, pyramid)
        points, strides = anchor_points(pyramid)
        return self.detect(pyramid), prototypes, semantic_logits, points, strides


class Classifier(nn.Module):
    """A single-label classifier on a backbone, which may come from a trained PartsNetwork; gives logits."""

    def __init__(self, backbone, class_count):
        super().__init__()
        self.backbone = backbone
        self.layers = nn.Sequential(
            nn.Linear(2 * BACKBONE_WIDTHS[4], 96), nn.ReLU(), nn.Linear(96, class_count)
        )

    def forward(self, images):
        features = self.backbone(images)[3]
        return self.layers(torch.cat([features.amax((2, 3)), features.mean((2, 3))], 1))


def anchor_points(pyramid):
    """The centres of all cells in input pixels [points, 2], finest first, and their strides [points]."""
    points, strides = [], []
    for features, stride in zip(pyramid, STRIDES):
        height, width = features.shape[-2:]
        rows = torch.arange(height, dtype=torch.float32)
        columns = torch.arange(width, dtype=torch.float32)
        y, x = torch.meshgrid(rows, columns, indexing="ij")
        points.append(torch.stack([x.reshape(-1) + 0.5, y.reshape(-1) + 0.5], 1) * stride)
        strides.append(torch.full((height * width,), float(stride)))
    return torch.cat(points), torch.cat(strides)


def decode_boxes(raw, points, strides):
    """Raw distances [batch, 4, points] to (left, top, right, bottom) in input pixels [batch, points, 4]."""
    distances = functional.softplus(raw).transpose(1, 2) * strides[None, :, None]
    return torch.cat([points[None] - distances[..., :2], points[None] + distances[..., 2:]], -1)


def _branch(width, kernel, out_channels):
    return nn.Sequential(ConvNorm(NECK_WIDTH, width, kernel), nn.Conv2d(width, out_channels, 1))


def _enlarge(x, factor):
    return functional.interpolate(x, scale_factor=float(factor), mode="nearest")


if __name__ == "__main__":
    network = PartsNetwork()
    for name, module in network.named_children():
        print(f"{name:16} {sum(p.numel() for p in module.parameters()):8}")
    print(f"{'total':16} {sum(p.numel() for p in network.parameters()):8}")
