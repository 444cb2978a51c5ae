using System.Numerics;
using System.Runtime.CompilerServices;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>Batches of which a single row may serve every row.</summary>
internal static class Broadcast
{
    extension<T>(ReadOnlyBatch<T> batch) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>Row <paramref name="row"/>, or the only one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ReadOnlySpan<T> For(int row) => batch[batch.Rows == 1 ? 0 : row];
    }

    extension<T>(Batch<T> batch) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>Row <paramref name="row"/>, or the only one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Span<T> For(int row) => batch[batch.Rows == 1 ? 0 : row];
    }
}
