namespace Sonde.Networks.Training;

/// <summary>Why a training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs were made.</summary>
    Finished,

    /// <summary>Whoever watches the progress stopped it.</summary>
    Stopped,

    /// <summary>The held-out loss has not fallen for as many epochs as are borne.</summary>
    OutOfPatience,

    /// <summary>The loss or its gradient became NaN or infinite; the weights are those from before that step.</summary>
    NotFinite,
}
