// A sprite's colour as a lit ball.
//
// Inputs: place, offset from the centre of the sprite as a share of its radius, x right and y down; color, sRGB of the
// activity. Output: sRGB; the colour itself at the middle. CPU twin: corticast.core.geometry.sprite_styles.ball_colors.

// Towards the light, which stands up and to the left before the picture; half way between light and viewer.
const vec3 BALL_LIGHT = vec3(-0.45, -0.55, 0.70356236);
const vec3 BALL_HALF = vec3(-0.24379147, -0.29796735, 0.92291992);

const float BALL_AMBIENT = 0.35;   // share of the light on the far side
const float BALL_SPOT = 0.95;      // cosine at which the bright spot ends
const float BALL_GLOSS = 0.6;      // share of white in the middle of the spot

vec3 ball_color(vec2 place, vec3 color)
{
    vec3 normal = vec3(place, sqrt(max(1.0 - dot(place, place), 0.0)));
    float light = BALL_AMBIENT + (1.0 - BALL_AMBIENT) * max(dot(normal, BALL_LIGHT), 0.0) / BALL_LIGHT.z;
    float spot = max(dot(normal, BALL_HALF) - BALL_SPOT, 0.0) / (1.0 - BALL_SPOT);
    // What exceeds the light of the middle turns white, so that hues stay.
    float white = clamp(max(light - 1.0, 0.0) + BALL_GLOSS * spot * spot, 0.0, 1.0);
    return mix(color * min(light, 1.0), vec3(1.0), white);
}
